import { later } from '../../later.js'
import { html, nothing } from '../../lib.js'
import * as icons from '../icons.js'

/** Why the open chat is not in the list. */
export function archivedNote(app) {
  const session = app.lists.find(app.chat.id)
  if (!session?.archived) return nothing
  return html`
    <p class="archived-note">${icons.archive()} <span>This chat is archived. A new message brings it back.</span>
      <button class="quiet small" @click=${() => later('arrange')(app, [session], { archived: false })}>Unarchive</button></p>`
}
