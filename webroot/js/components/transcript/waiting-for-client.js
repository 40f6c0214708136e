import { html } from '../../lib.js'
import * as icons from '../icons.js'

/** Below the card of a call that the client of its run is to execute, which is not this page. */
export function waitingForClient(app) {
  return html`
    <p class="to-background">Waiting for the client to carry this out.
      <button class="quiet small" @click=${() => app.attempt(() => app.chat.stop())}>${icons.close()} Do not wait</button></p>`
}
