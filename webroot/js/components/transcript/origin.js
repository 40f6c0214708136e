import { hrefOf } from '../../browser/route.js'
import { html, nothing } from '../../lib.js'
import * as icons from '../icons.js'

/** Above a fork, or a chat that a reminder made: where it is from. */
export function originLine(app) {
  const from = app.origins.of(app.chat.id)
  if (!from) return nothing
  return html`<p class="origin">${from.isRecalled ? icons.bell() : icons.fork()} <span>${words(from)}</span></p>`
}

function words({ session, message, version, isRecalled, name }) {
  if (isRecalled && name === null) return 'Made by a reminder of a chat that is not there any more'
  if (isRecalled) return html`Made by a reminder of <a href=${hrefOf(session)} dir="auto">${name}</a>`
  if (name === null) return 'Forked from a chat that is not there any more'
  const chat = html`<a href=${hrefOf(session)} dir="auto">${name}</a>`
  if (version) return html`Forked from an earlier version of ${chat}`
  return html`Forked from ${chat}${message ? html` at <a href=${hrefOf(session, message)}>this message</a>` : nothing}`
}
