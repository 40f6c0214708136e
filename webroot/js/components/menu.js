import { wayBack } from '../browser/keep-focus.js'
import { html, nothing, render } from '../lib.js'

const GAP_PX = 4
const EDGE_PX = 8

/**
 * The one menu of the page, under the button that opened it: a native popover, which the browser closes and which gives
 * the focus back. `items`: { label, icon, run, danger } or null for a line between.
 */
export function openMenu(anchor, label, items) {
  const menu = document.getElementById('menu')
  menu.setAttribute('aria-label', label)
  const choose = item => {
    menu.hidePopover()
    item.run()
  }
  render(items.map(item => item === null ? html`<hr>` : html`
    <button role="menuitem" tabindex="-1" class=${item.danger ? 'danger-item' : nothing}
      @click=${() => choose(item)}>${item.icon} <span>${item.label}</span></button>`), menu)
  anchor.closest('aside, main')?.append(menu) // over all else wherever it stands; there a screen reader finds it where it belongs
  menu.onkeydown = moved
  const giveBack = wayBack(anchor) // the browser does, unless the button is gone by then
  menu.ontoggle = ({ newState }) => {
    anchor.setAttribute('aria-expanded', newState === 'open')
    if (newState !== 'closed') return
    if (menu.contains(document.activeElement)) document.activeElement.blur() // it is hidden, but has the focus until the next frame
    giveBack()
  }
  menu.showPopover()
  place(menu, anchor.getBoundingClientRect())
  menu.querySelector('button').focus()
}

/** Below its button, or above where there is no room; beginning with it, or else ending with it. */
function place(menu, { top, left, right, bottom }) {
  const { offsetWidth: width, offsetHeight: height } = menu
  const below = bottom + GAP_PX
  const fits = below + height <= innerHeight - EDGE_PX
  menu.style.top = `${Math.max(EDGE_PX, fits ? below : top - GAP_PX - height)}px`
  menu.style.left = `${left + width <= innerWidth - EDGE_PX ? left : Math.max(EDGE_PX, right - width)}px`
}

function moved(event) {
  const items = [...event.currentTarget.querySelectorAll('button')]
  const at = items.indexOf(document.activeElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key]
  if (event.key === 'Tab') event.currentTarget.hidePopover()
  if (to === undefined) return
  event.preventDefault()
  items.at(to % items.length).focus()
}
