import { html, live, nothing, repeat } from '../../lib.js'
import { callWords } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import * as icons from '../icons.js'
import { tabs } from './catalog-page.js'

const number = new Intl.NumberFormat()
const SOURCES = { builtin: 'Built in', declared: 'Declared by a file', mcp: 'MCP server' }
const REPLAYS = { safe: 'made again after a crash', unknown: 'not made again after a crash' }

/** The tools that the server knows, for staff. */
export class Tools {
  #app
  list = null        // null until they were read
  error = null
  filter = ''

  constructor(app) {
    this.#app = app
  }

  async refresh() {
    try {
      const { tools } = await this.#app.api.call('GET', '/tools')
      this.list = tools
      this.error = null
    } catch (error) {
      this.error = error
    }
    this.#app.set({})
  }

  filterBy(text) {
    this.filter = text
    this.#app.set({})
  }

  get shown() {
    const words = this.filter.toLowerCase().split(/\s+/).filter(Boolean)
    return this.list.filter(tool => {
      const text = `${tool.name} ${tool.description ?? ''} ${SOURCES[tool.source]} ${tool.server ?? ''} ${tool.file ?? ''}`.toLowerCase()
      return words.every(word => text.includes(word))
    })
  }
}

export function page(app) {
  const { tools } = app
  if (tools.error) {
    const words = tools.error.code === 'forbidden' ? 'Only staff and administrators see this page.' : errorWords(tools.error)
    return html`<p class="hint nothing-here">${words}</p>`
  }
  if (!tools.list) return html`<p class="hint">Reading the tools…</p>`
  const { shown } = tools
  return html`
    ${tabs('tools')}
    <p class="hint">What agents can use: built-in tools, those that files in the folder <code>tools</code> beside the settings file declare, and those of MCP servers. Entries of agents choose among them.</p>
    <div class="entry-bar">
      <input class="settings-filter" type="search" aria-label="Find a tool" placeholder="Find a tool" .value=${live(tools.filter)}
        @input=${event => tools.filterBy(event.target.value)}>
    </div>
    <p class="hint" role="status">${countWords(shown)}</p>
    <ul class="reminders tools">${repeat(shown, keyOf, tool => html`<li>${card(tool)}</li>`)}</ul>`
}

const keyOf = ({ source, server, name, file }) => `${source} ${server ?? file ?? ''} ${name}`

function countWords(shown) {
  if (!shown.length) return 'No tool has these words.'
  const tokens = shown.reduce((sum, { tokens, used }) => sum + (used ? tokens : 0), 0)
  return `${shown.length} ${shown.length === 1 ? 'tool' : 'tools'}, together about ${number.format(tokens)} tokens in each request of a model that has all of them.`
}

function card(tool) {
  const { name, source, server, used, description, writes, replay, timeMs, tokens, schema, file, direct, problems } = tool
  return html`
    <article class="reminder" data-tool=${name} aria-label="Tool ${name}">
      <div class="reminder-words">
        <h3><code dir="auto">${name}</code>${used ? nothing : html` <span class="entry-mark">Not used</span>`}</h3>
        ${description ? html`<p class="reminder-rule tool-words" dir="auto">${description}</p>` : nothing}
        <p class="reminder-times"><span class="first">${SOURCES[source]}${server ? html` <b>${server}</b>` : nothing}</span>
          ${file ? html`<span class="tool-file">${file}</span>` : nothing}
          ${direct ? html`<span>also <code>POST /tools/v1/${name}</code></span>` : nothing}
          ${tokens === undefined ? nothing : html`<span>about ${number.format(tokens)} tokens</span>`}</p>
        ${writes === undefined ? nothing : html`
          <p class="reminder-times"><span class="first">${writes ? 'May change something' : 'Only reads'}</span><span>${REPLAYS[replay]}</span>
            ${timeMs ? html`<span>at most ${callWords(timeMs)}</span>` : nothing}</p>`}
        ${problems.length ? html`
          <p class="reminder-trouble">${icons.warning()} ${troubleWords(tool)}</p>
          <ul class="faults">${problems.map(({ key, fault, where }) => html`<li><b>${key}</b> ${fault} (${where})</li>`)}</ul>` : nothing}
      </div>
      ${schema ? html`
        <details class="reminder-history"><summary aria-label="Arguments of ${name}">Arguments</summary>
          <pre class="tool-schema" tabindex="0" role="region" aria-label="Schema of the arguments of ${name}">${JSON.stringify(schema, null, 2)}</pre></details>` : nothing}
    </article>`
}

function troubleWords({ source, used }) {
  if (source === 'mcp') return 'Its server cannot be reached at the moment:'
  return used ? 'The file has changed, but the version before is in use, because:' : 'There is no such tool, because its file is not usable:'
}
