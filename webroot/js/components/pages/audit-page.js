import { saveFile } from '../../browser/download.js'
import { html, nothing, repeat } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'

const SHOWN = 50
const ACTIONS = {
  'config.changed': 'Settings changed by the file',
  'config.reload': 'Settings file read again',
  'feedback.exported': 'Feedback exported',
  'feedback.read': 'Chat around feedback read',
  'interrupt.accept': 'Question of a tool answered',
  'interrupt.approve': 'Call approved',
  'interrupt.cancel': 'Question of a tool dismissed',
  'interrupt.cancelled': 'Request for a decision dropped',
  'interrupt.decline': 'Question of a tool declined',
  'interrupt.edit': 'Call approved with changes',
  'interrupt.expired': 'Nobody decided in time',
  'interrupt.reject': 'Call rejected',
  'interrupt.respond': 'Call answered by a person',
  'job.change': 'Maintenance job changed',
  'job.run': 'Maintenance job requested',
  'job.stop': 'Maintenance job stopped',
  'secret.created': 'Secret made',
  'session.cleared': 'Chat cleared',
  'session.deleted': 'Chat deleted',
  'session.expired': 'Unused chat deleted',
  'session.stopped': 'Answer stopped by an administrator',
  'setting.changed': 'Setting changed',
  'user.erased': 'Person erased',
  'user.signed-in': 'Signed in',
  'user.signed-out': 'Signed out',
}
const FIELDS = {
  user: { label: 'Who', type: 'search', placeholder: 'Name of a user' },
  action: { label: 'What', type: 'search', placeholder: 'Such as job.run', known: ACTIONS },
  from: { label: 'From', type: 'datetime-local' },
  to: { label: 'Before', type: 'datetime-local' },
}

/** Who did what and when, for administrators. */
export class Audit {
  #app
  #asked = 0
  entries = null // null until they were read
  cursor = null
  error = null
  filter = {}

  constructor(app) {
    this.#app = app
  }

  /** Reads the newest entries that match. An answer to an earlier question is dropped. */
  async refresh() {
    const asked = ++this.#asked
    try {
      const page = await this.#app.api.call('GET', `/audit?${this.#query({ limit: SHOWN })}`)
      if (asked !== this.#asked) return
      Object.assign(this, { entries: page.entries, cursor: page.cursor, error: null })
    } catch (error) {
      if (asked !== this.#asked) return
      this.error = error
    }
    this.#app.set({})
  }

  async more() {
    const asked = this.#asked
    await this.#app.attempt(async () => {
      const page = await this.#app.api.call('GET', `/audit?${this.#query({ limit: SHOWN, cursor: this.cursor })}`)
      if (asked === this.#asked) Object.assign(this, { entries: [...this.entries, ...page.entries], cursor: page.cursor })
    })
    this.#app.set({})
  }

  find(name, value) {
    this.filter = { ...this.filter, [name]: value }
    return this.refresh()
  }

  /** All that match, as a file. */
  save(format) {
    return this.#app.attempt(async () => {
      saveFile(await this.#app.api.file(`/audit/export?${this.#query({ format })}`), `audit.${format}`)
    })
  }

  #query(more) {
    const query = new URLSearchParams(more)
    for (const [name, value] of Object.entries(this.filter)) {
      if (value.trim()) query.set(name, FIELDS[name].type === 'datetime-local' ? new Date(value).toISOString() : value.trim())
    }
    return query
  }
}

export function page(app) {
  const { audit } = app
  if (audit.error?.code === 'forbidden') return html`<p class="hint nothing-here">Only administrators see this page.</p>`
  return html`
    <div class="audit-filter" role="search" aria-label="Entries to show">
      ${Object.entries(FIELDS).map(([name, field]) => finder(audit, name, field))}
    </div>
    <p class="audit-files">
      <button class="quiet small" @click=${() => audit.save('csv')}>Save as CSV</button>
      <button class="quiet small" @click=${() => audit.save('jsonl')}>Save as JSON lines</button>
    </p>
    ${audit.error ? html`<p class="hint nothing-here">${errorWords(audit.error)}</p>` : found(audit)}`
}

const finder = (audit, name, { label, type, placeholder, known }) => html`
  <label>${label}
    <input type=${type} placeholder=${placeholder ?? nothing} list=${known ? `known-${name}` : nothing} .value=${audit.filter[name] ?? ''}
      @change=${event => audit.find(name, event.target.value)}></label>
  ${known ? html`<datalist id="known-${name}">${Object.entries(known).map(([value, words]) => html`<option value=${value}>${words}</option>`)}</datalist>` : nothing}`

function found(audit) {
  if (!audit.entries) return html`<p class="hint">Reading the entries…</p>`
  if (!audit.entries.length) return html`<p class="hint nothing-here">No entry matches.</p>`
  return html`
    <ol class="settings audit">${repeat(audit.entries, ({ id }) => id, entry => html`<li>${row(entry)}</li>`)}</ol>
    ${audit.cursor ? html`<button class="quiet small audit-more" @click=${() => audit.more()}>Show earlier entries</button>` : nothing}`
}

/** Actions on entries of the catalogue and the like say in their names what was done: `agent.created`. */
const wordsOf = action => ACTIONS[action] ?? action.charAt(0).toUpperCase() + action.slice(1).replaceAll(/[.-]/g, ' ')

const row = ({ at, user, action, session, target, detail }) => html`
  <div class="setting audit-entry">
    <span class="key">${wordsOf(action)}${target ? html` <span class="audit-target">${target}</span>` : nothing}</span>
    <time datetime=${at}>${fullTime(at)}</time>
    <p class="hint"><code>${action}</code> · ${user ?? 'The server'}${session ? `, in ${session}` : ''}${details(detail)}</p>
  </div>`

/** What is known besides, as `name: value`. */
function details(detail) {
  const words = Object.entries(detail).map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`)
  return words.length ? `; ${words.join(', ')}` : ''
}
