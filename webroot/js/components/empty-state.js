import { html } from '../lib.js'
import * as icons from './icons.js'

const SUGGESTIONS = [
  ['Say hello', 'What can you do?'],
  ['Stream words', '/stream 200 20'],
  ['Run a slow tool, then stop it', '/tool sleep {"seconds": 5}'],
  ['Ask a tool for the time', '/tool time {}'],
  ['Watch it think', '/think 20'],
]

export function emptyState(app) {
  return html`
    <div class="column empty">
      ${icons.logo(34)}
      <h2>What shall we pick up?</h2>
      <p>Close the laptop, lose the network, open a second tab: the conversation goes on where it was.</p>
      <ul class="suggestions" aria-label="Things to try">
        ${SUGGESTIONS.map(([title, text]) => html`
          <li><button @click=${() => app.send(text)} ?disabled=${app.connection.state === 'closed'}>
            <span>${title}</span><code>${text}</code></button></li>`)}
      </ul>
    </div>`
}
