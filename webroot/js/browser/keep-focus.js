let isRendering = false

/** Whether events of the focus come from rendering: what is moved loses the focus for a moment, and nobody has left it. */
export const isMoved = () => isRendering

/**
 * Renders, and gives the focus back where that took it: to the same element if it only stands elsewhere now, else to what
 * is nearest to it.
 */
export function keepFocus(render) {
  const giveBack = wayBack()
  isRendering = true
  try {
    render()
  } finally {
    isRendering = false
  }
  giveBack()
}

/** For what takes the focus and loses it later: a function that gives it back to whatever has it now, or to what is nearest to that. */
export function wayBack(focused = document.activeElement ?? document.body) {
  if (focused === document.body) return () => {}
  const near = nearOf(focused)
  return () => {
    if ((document.activeElement ?? document.body) !== document.body) return
    if (focused.isConnected) focused.focus({ preventScroll: true })
    else near()
  }
}

/** How to go to what is near an element that is there now and may be gone then. */
function nearOf(element) {
  const row = element.closest('.session-list li')
  if (row) {
    const rows = [row, ...followingOf(row, 'nextElementSibling'), ...followingOf(row, 'previousElementSibling')]
    const id = element.closest('[data-session]')?.dataset.session
    return () => (id && entryOf(document.querySelector(`[data-session="${CSS.escape(id)}"]`)) ||
      entryOf(rows.find(other => other.isConnected && entryOf(other))) || document.querySelector('.new-chat'))?.focus({ preventScroll: true })
  }
  if (element.closest('.page')) return () => document.getElementById('page-title')?.focus({ preventScroll: true })
  return () => {} // in the chat its parts know better where it goes
}

const entryOf = row => row?.querySelector('a, input')

function followingOf(element, direction) {
  const following = []
  for (let next = element[direction]; next; next = next[direction]) following.push(next)
  return following
}
