import { shared } from '../browser/storage.js'

const KEY = 'reprise.wrap'

/** Whether long lines of code are wrapped: in all blocks alike, and remembered by this browser. */
export const isWrapped = () => shared.getItem(KEY) === 'yes'

export function setWrapped(wanted) {
  if (wanted) shared.setItem(KEY, 'yes')
  else shared.removeItem(KEY)
  showWrapped()
}

export function showWrapped() {
  document.documentElement.toggleAttribute('data-wrap-code', isWrapped())
  for (const button of document.querySelectorAll('[data-does="wrap"]')) button.setAttribute('aria-pressed', isWrapped())
}
