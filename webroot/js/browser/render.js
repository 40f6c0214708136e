let waiting = []
let ask = () => {}

/** `changed()`: asks for a rendering soon. */
export function renderWith(changed) {
  ask = changed
}

/** Right behind the next rendering, before any other key comes. */
export function afterRender(action) {
  waiting.push(action)
  ask()
}

/** Called after each rendering. */
export function rendered() {
  const due = waiting
  waiting = []
  for (const action of due) action()
}

/** At once for what is typed next, and again after the rendering: behind an open drawer nothing takes the focus. */
export function focusMessage() {
  const focus = () => document.getElementById('message')?.focus()
  focus()
  afterRender(focus)
}

/** Before a control goes that has the focus: to the message, and on a phone, where that would open a keyboard, to the text. */
export function leaveFocus() {
  const isPhone = matchMedia('(pointer: coarse)').matches
  document.getElementById(isPhone ? 'transcript' : 'message')?.focus({ preventScroll: true })
}
