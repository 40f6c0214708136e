import { html, nothing } from '../../lib.js'
import * as icons from '../icons.js'

const asked = new Set() // calls for which somebody of this tab has asked already

/** Below the card of a running call: its run need not wait for it. */
export function toBackground(app, { kind, key, id, name, state }) {
  const call = id ?? key
  if (state !== 'running' || !app.chat.view.run) return nothing
  return html`
    <p class="to-background"><button class="quiet small" aria-label="Let ${name} go on in the background" ?disabled=${asked.has(call)}
      @click=${() => send(app, call)}>${icons.clock()} Let it go on in the background</button></p>`
}

async function send(app, call) {
  asked.add(call)
  app.set({})
  const done = await app.attempt(() => app.api.call('POST', `/sessions/${app.chat.id}/background`, { call }).then(() => true))
  if (done) return
  asked.delete(call)
  app.set({})
}
