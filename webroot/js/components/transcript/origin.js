import { hrefOf } from '../../browser/route.js'
import { html, nothing } from '../../lib.js'
import * as icons from '../icons.js'

/** Above a fork: where it is from. */
export function originLine(app) {
  const from = app.origins.of(app.chat.id)
  if (!from) return nothing
  return html`<p class="origin">${icons.fork()} <span>${words(from)}</span></p>`
}

function words({ session, message, version, name }) {
  if (name === null) return 'Forked from a chat that is not there any more'
  const chat = html`<a href=${hrefOf(session)} dir="auto">${name}</a>`
  if (version) return html`Forked from an earlier version of ${chat}`
  return html`Forked from ${chat}${message ? html` at <a href=${hrefOf(session, message)}>this message</a>` : nothing}`
}
