import { saveFile } from '../../browser/download.js'
import { html, nothing, repeat } from '../../lib.js'
import { errorWords } from '../../words/words.js'

const SHOWN = 50
const ROUNDS_MAX = 20 // pages that are read for one that is shown: each may look at a limited number of records
const MOMENT = 'datetime-local'

/** The fields of a filter for the time. */
export const TIMES = { from: { label: 'From', type: MOMENT }, to: { label: 'Before', type: MOMENT } }

/** What administrators read of a list: the newest that match a filter, and earlier ones. */
export class Records {
  #path
  #member
  #fields
  #asked = 0
  entries = null // null until they were read
  cursor = null
  error = null
  filter = {}

  /** @param member of an answer that has its entries; fields of the filter, see `recordsView` */
  constructor(app, path, member, fields) {
    this.app = app
    this.#path = path
    this.#member = member
    this.#fields = fields
  }

  /** Reads the newest that match. An answer to an earlier question is dropped. */
  async refresh() {
    const asked = ++this.#asked
    try {
      const read = await this.#read([], null)
      if (asked !== this.#asked) return
      Object.assign(this, read, { error: null })
    } catch (error) {
      if (asked !== this.#asked) return
      this.error = error
    }
    this.app.set({})
  }

  async more() {
    const asked = this.#asked
    await this.app.attempt(async () => {
      const read = await this.#read(this.entries, this.cursor)
      if (asked === this.#asked) Object.assign(this, read)
    })
    this.app.set({})
  }

  async #read(before, from) {
    let [entries, cursor] = [before, from]
    for (let i = 0; i < ROUNDS_MAX && (!i || cursor) && entries.length < before.length + SHOWN; i++) {
      const page = await this.app.api.call('GET', `${this.#path}?${this.#query({ limit: SHOWN, ...(cursor && { cursor }) })}`)
      entries = [...entries, ...page[this.#member]]
      cursor = page.cursor ?? null
    }
    return { entries, cursor }
  }

  find(name, value) {
    this.filter = { ...this.filter, [name]: value }
    return this.refresh()
  }

  /** All that match, as a file. */
  save(name, more = {}) {
    return this.app.attempt(async () => saveFile(await this.app.api.file(`${this.#path}/export?${this.#query(more)}`), name))
  }

  #query(more) {
    const query = new URLSearchParams(more)
    for (const [name, value] of Object.entries(this.filter)) {
      if (value.trim()) query.set(name, this.#fields[name].type === MOMENT ? new Date(value).toISOString() : value.trim())
    }
    return query
  }
}

/**
 * A page of records. `fields`: { name: { label, type?, placeholder?, known?: { value: words }, values?: { value: words } } };
 * `saves`: buttons; `view`: how to show what was found.
 */
export function recordsView(records, { label, fields, saves, ...view }) {
  const { error } = records
  if (error?.code === 'forbidden') return html`<p class="hint nothing-here">Only administrators see this page.</p>`
  return html`
    <div class="audit-filter" role="search" aria-label=${label}>
      ${Object.entries(fields).map(([name, field]) => (field.values ? chooser : finder)(records, name, field))}
    </div>
    <p class="audit-files">${Object.entries(saves).map(([words, save]) => html`
      <button class="quiet small" @click=${save}>${words}</button>`)}
    </p>
    ${error ? html`<p class="hint nothing-here">${errorWords(error)}</p>` : found(records, view)}`
}

const chooser = (records, name, { label, values }) => html`
  <label>${label}
    <select @change=${event => records.find(name, event.target.value)}>${Object.entries(values).map(([value, words]) => html`
      <option value=${value} ?selected=${(records.filter[name] ?? '') === value}>${words}</option>`)}</select></label>`

const finder = (records, name, { label, type, placeholder, known }) => html`
  <label>${label}
    <input type=${type} placeholder=${placeholder ?? nothing} list=${known ? `known-${name}` : nothing} .value=${records.filter[name] ?? ''}
      @change=${event => records.find(name, event.target.value)}></label>
  ${known ? html`<datalist id="known-${name}">${Object.entries(known).map(([value, words]) => html`<option value=${value}>${words}</option>`)}</datalist>` : nothing}`

function found(records, { reading, none, earlier, key, row }) {
  const { entries, cursor } = records
  if (!entries) return html`<p class="hint">${reading}</p>`
  return html`
    ${entries.length ? html`
      <ol class="settings audit">${repeat(entries, key, entry => html`<li>${row(entry)}</li>`)}</ol>` : html`
      <p class="hint nothing-here">${cursor ? 'Nothing matches so far.' : none}</p>`}
    ${cursor ? html`<button class="quiet small audit-more" @click=${() => records.more()}>${earlier}</button>` : nothing}`
}
