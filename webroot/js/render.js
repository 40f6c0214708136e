/** After the next rendering: it is in an animation frame, so after that frame what was asked for is there. */
export function afterRender(action) {
  requestAnimationFrame(() => requestAnimationFrame(action))
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
