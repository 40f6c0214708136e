import { html, live } from '../../lib.js'
import { nameOf } from '../../sessions/session-names.js'
import * as icons from '../icons.js'

/** A chat of the list while several are chosen. */
export function pickRow(app, session) {
  const { picking } = app
  return html`
    <label class="session pick" data-pick=${session.id}>
      <input type="checkbox" .checked=${live(picking.ids.has(session.id))}
        @click=${event => picking.toggle(session.id, event.shiftKey)}>
      <span class="session-words"><span class="session-name" dir="auto">${nameOf(session)}</span></span>
      ${session.pinned ? icons.pin(13) : ''}
    </label>`
}

/** What can be done with them. */
export function pickBar(app) {
  const { picking, lists: { shown: { archived, rows } } } = app
  const { length } = picking.chosen
  const all = length === rows.length && length > 0
  return html`
    <div class="pick-bar" role="toolbar" aria-label="Selected chats" @keydown=${event => pickKeys(event, app)}>
      <span class="pick-count">${length} selected</span>
      ${button(all ? 'Select none' : 'Select all', icons.pick(), () => picking.toggleAll())}
      ${button(archived ? 'Unarchive' : 'Archive', icons.archive(), () => picking.archive(), !length)}
      ${button('Delete…', icons.trash(), () => picking.askDelete(), !length)}
      ${button('Done selecting', icons.close(), () => picking.end())}
    </div>`
}

const button = (name, icon, action, disabled = false) => html`
  <button class="icon-button" aria-label=${name} title=${name} ?disabled=${disabled} @click=${action}>${icon}</button>`

/** Arrows go through the list, Escape ends it. */
export function pickKeys(event, app) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (event.key === 'Escape') {
    event.preventDefault()
    event.stopPropagation()
    app.picking.end()
  } else if (event.key === 'Delete') {
    event.preventDefault()
    app.picking.askDelete()
  } else if (step && event.target.matches('.pick input')) {
    event.preventDefault()
    const boxes = [...event.currentTarget.querySelectorAll('.pick input')]
    boxes[boxes.indexOf(event.target) + step]?.focus()
  }
}
