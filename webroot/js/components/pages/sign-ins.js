import { html, nothing, repeat } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import { askBefore } from '../dialog.js'

/** The MCP servers that people sign in to, and whether this person is. */
export class SignIns {
  #app
  list = []

  constructor(app) {
    this.#app = app
  }

  async refresh() {
    const { servers } = await this.#app.api.call('GET', '/mcp-sign-ins')
    this.list = servers
  }

  async begin({ name }) {
    await this.#app.attempt(async () => {
      const { address } = await this.#app.api.call('GET', `/mcp-sign-ins/${encodeURIComponent(name)}/start`)
      location.assign(address)
    })
  }

  end({ name, title }) {
    askBefore({
      title: `Sign out of ${title}?`, yes: 'Sign out', words: 'Agents cannot use its tools in your name any more, until you sign in again.',
    }, async () => {
      await this.#app.attempt(() => this.#app.api.call('DELETE', `/mcp-sign-ins/${encodeURIComponent(name)}`))
      await this.#app.attempt(() => this.refresh())
      this.#app.set({})
    })
  }
}

export function signInsView(signIns) {
  if (!signIns.list.length) return nothing
  return html`
    <section class="sign-ins" aria-labelledby="sign-ins-title">
      <h2 id="sign-ins-title">Sign-ins to MCP servers</h2>
      <p class="hint">Agents use the tools of these servers in your name, and only while you are signed in to them.</p>
      <ul class="reminders">${repeat(signIns.list, ({ name }) => name, server => html`<li>${card(signIns, server)}</li>`)}</ul>
    </section>`
}

function card(signIns, server) {
  const { name, title, signedInAt } = server
  return html`
    <article class="reminder" data-server=${name} aria-label=${title}>
      <div class="reminder-words">
        <h3 dir="auto">${title}</h3>
        <p class="reminder-times">${signedInAt ? html`<span>Signed in <time datetime=${signedInAt}>${fullTime(signedInAt)}</time></span>` : html`<span>Not signed in</span>`}</p>
      </div>
      <div class="reminder-buttons">
        <button class="quiet small" aria-label="${signedInAt ? 'Sign in again' : 'Sign in'} to ${title}" @click=${() => signIns.begin(server)}>${signedInAt ? 'Sign in again' : 'Sign in'}</button>
        ${signedInAt ? html`<button class="quiet small" aria-label="Sign out of ${title}" @click=${() => signIns.end(server)}>Sign out…</button>` : nothing}
      </div>
    </article>`
}
