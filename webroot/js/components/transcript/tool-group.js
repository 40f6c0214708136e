import { groupWords, namesOf } from '../../chat/tool-times.js'
import { html } from '../../lib.js'
import * as icons from '../icons.js'

/** The line that stands for the calls of a group, and folds them again. */
export function groupLine(app, { item, group, calls }) {
  const isOpen = group === 'open'
  return html`
    <button class="tool-group ${isOpen ? 'open' : ''}" data-does="group" aria-expanded=${isOpen} @click=${() => app.toggleGroup(item.key)}>
      ${icons.tool()} <span class="tool-name">${groupWords(calls)}</span> <span class="tool-brief">${namesOf(calls)}</span> ${icons.chevron()}
    </button>`
}
