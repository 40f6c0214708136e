import { html, nothing } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import * as icons from '../icons.js'

const STATUSES = { healthy: 'Healthy', unhealthy: 'Unhealthy', excluded: 'Not used', unknown: 'Not checked yet' }

/** What MCP servers do at the moment, for the cards of their entries. */
export class McpStates {
  #app
  #states = new Map()
  #tools = new Map() // by name, of those that were opened; null while they are read
  checking = new Set()

  constructor(app) {
    this.#app = app
  }

  of(name) { return this.#states.get(name) }
  toolsOf(name) { return this.#tools.get(name) }
  hideTools(name) { this.#tools.delete(name) }

  async refresh() {
    const { servers } = await this.#app.api.call('GET', '/mcp/states')
    this.#states = new Map(servers.map(state => [state.name, state]))
    await Promise.all([...this.#tools.keys()].map(name => this.showTools(name)))
  }

  async showTools(name) {
    if (!this.#tools.has(name)) this.#tools.set(name, null)
    const { tools } = await this.#app.api.call('GET', path(name, 'tools')).catch(() => ({ tools: [] }))
    if (this.#tools.has(name)) this.#tools.set(name, tools)
    this.#app.set({})
  }

  async check(name) {
    this.checking.add(name)
    this.#app.set({})
    await this.#app.attempt(async () => {
      const { works, error, ms } = await this.#app.api.call('POST', path(name, 'check'))
      this.#app.tell(works ? `“${name}” works; it answered within ${ms} ms.` : `“${name}” does not work: ${error}`)
    })
    this.checking.delete(name)
    return this.#again()
  }

  async clear(name) {
    await this.#app.attempt(async () => {
      const { cleared } = await this.#app.api.call('POST', path(name, 'cache/clear'))
      this.#app.tell(`${toolWords(cleared)} of “${name}” forgotten; they are listed again when they are needed.`)
    })
    return this.#again()
  }

  async #again() {
    await this.refresh().catch(() => {})
    this.#app.set({})
  }
}

/** The server counts no more. */
const PEOPLE_MAX = 1_000

/** What the server is told about who asks, and whether that is there. */
function signInWords({ way, people, you }) {
  if (way === 'caller') return 'is sent the token of who asks'
  if (way === 'token') return 'its secrets are there'
  if (people === undefined) return 'people sign in'
  return `${people >= PEOPLE_MAX ? `${PEOPLE_MAX} or more` : people} ${people === 1 ? 'person has' : 'people have'} signed in, ${you ? 'you too' : 'you have not'}`
}

const path = (name, rest) => `/mcp-servers/${encodeURIComponent(name)}/${rest}`

const toolWords = count => `${count} ${count === 1 ? 'tool' : 'tools'}`

const isIncomplete = signIn => signIn?.present === false

/** The lines of a card that say how the server is. */
export function stateLines(states, { name }) {
  const state = states.of(name)
  if (!state) return nothing
  const { status, protocol, server, tools, tokens, listedAt, leftOut = [], error, errorAt, check, signIn } = state
  return html`
    <p class="reminder-times" data-status=${status}><span class="first">${STATUSES[status]}</span>
      ${tools === undefined ? nothing : html`<span>${toolWords(tools)}, about ${tokens} tokens</span>`}
      ${listedAt ? html`<span>listed <time datetime=${listedAt}>${fullTime(listedAt)}</time></span>` : nothing}
      ${protocol ? html`<span>${server ? `${server}, ` : ''}protocol ${protocol}</span>` : nothing}
      ${signIn && !isIncomplete(signIn) ? html`<span>${signInWords(signIn)}</span>` : nothing}
      ${check ? html`<span>checked <time datetime=${check.at}>${fullTime(check.at)}</time></span>` : nothing}</p>
    ${isIncomplete(signIn) ? html`<p class="reminder-trouble">${icons.warning()} A secret to which its entry refers does not exist on this node.</p>` : nothing}
    ${error ? html`<p class="reminder-trouble">${icons.warning()} ${error} <time datetime=${errorAt}>${fullTime(errorAt)}</time></p>` : nothing}
    ${leftOut.map(odd => html`<p class="reminder-trouble">${icons.warning()} <b>${odd.name}</b> ${odd.reason}</p>`)}`
}

export function stateButtons(states, { name }, canWrite) {
  const state = states.of(name)
  if (!canWrite || !state || state.status === 'excluded') return nothing
  return html`
    <button class="quiet small" aria-label="Check ${name} now" ?disabled=${states.checking.has(name)} @click=${() => states.check(name)}>Check now</button>
    <button class="quiet small" aria-label="Clear the cache of ${name}" @click=${() => states.clear(name)}>Clear cache</button>`
}

export function toolsPart(states, { name }) {
  const toggle = event => event.target.open ? states.showTools(name) : states.hideTools(name)
  const tools = states.toolsOf(name)
  return html`
    <details class="reminder-history" @toggle=${toggle}>
      <summary>Tools</summary>
      ${!tools ? nothing : tools.length ? html`
        <ol>${tools.map(tool => html`<li><b>${tool.model ?? tool.name}</b> <span>${tool.model ? '' : 'not used, '}about ${tool.tokens} tokens</span> <span dir="auto">${tool.description}</span></li>`)}</ol>` : html`
        <p class="hint">None are known.</p>`}
    </details>`
}
