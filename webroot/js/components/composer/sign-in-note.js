import { html, nothing } from '../../lib.js'
import { openUserDialog } from '../user-dialog.js'

/** How long the sign-in lasts, when it ends soon, and the way to a new one: what is written and open stays. */
export function signInNote(app) {
  const left = app.person.endsInMs
  if (left === null) return nothing
  const when = left > 90_000 ? 'in two minutes' : left > 30_000 ? 'in about a minute' : 'now'
  return html`
    <p class="archived-note sign-in-note" role="status"><span>Your sign-in ends ${when}.</span>
      <button class="quiet small" @click=${() => openUserDialog(app)}>Sign in again…</button></p>`
}
