import { html } from '../../lib.js'
import * as icons from '../icons.js'

const SUGGESTIONS = [
  ['Get to know it', 'What can you do?'],
  ['Let it come back to you', 'Remind me in 10 minutes to stretch'],
  ['Let it use a tool', 'What time is it in Tokyo?'],
]

/** The offline model understands commands, each of which shows something of the server. */
const DEMO_SUGGESTIONS = [
  ['Say hello', 'What can you do?'],
  ['Let it come back to you', 'Remind me in 20 seconds to stretch'],
  ['Run a slow tool, then stop it', '/tool sleep {"seconds": 5}'],
  ['Stream words, and reload the page', '/stream 200 20'],
  ['Watch it think', '/think 20'],
]

export function emptyState(app) {
  const suggestions = app.server.provider === 'demo' ? DEMO_SUGGESTIONS : SUGGESTIONS
  return html`
    <div class="column empty">
      ${icons.logo(34)}
      <h2>What shall we pick up?</h2>
      <p>Close the laptop, lose the network, open a second tab: the conversation goes on where it was.</p>
      <ul class="suggestions" aria-label="Things to try">
        ${suggestions.map(([title, text]) => html`
          <li><button @click=${() => app.send(text)} ?disabled=${app.server.connection.state === 'closed'}>
            <span>${title}</span><q>${text}</q></button></li>`)}
      </ul>
    </div>`
}
