import { html, live, nothing } from '../../lib.js'
import { sideBySide } from '../../words/side-by-side.js'
import { fullTime } from '../../words/times.js'
import { closeDialog, openDialog } from '../dialog.js'
import { plural } from './catalog-kinds.js'

const SHOWN_VERSIONS = 50
const STATUSES = ['approved', 'testing', 'deprecated']

/** The versions of entries of one kind, of those that were opened. */
export class Versions {
  #app
  #kind
  #opened = new Map() // by name: { list, cursor }, the newest first; null while they are read

  constructor(app, kind) {
    this.#app = app
    this.#kind = kind
  }

  /** { list, cursor }; the cursor is null if there are no older ones. */
  of(name) { return this.#opened.get(name) }
  isOpen(name) { return this.#opened.has(name) }
  hide(name) { this.#opened.delete(name) }

  refresh() { return Promise.all([...this.#opened.keys()].map(name => this.show(name))) }

  /** Anew, as many as were shown. */
  async show(name) {
    const shown = this.of(name)?.list.length ?? 0
    if (!this.#opened.has(name)) this.#opened.set(name, null)
    const read = await this.#read(name, { list: [], cursor: null }, shown).catch(() => ({ list: [], cursor: null }))
    if (this.#opened.has(name)) this.#opened.set(name, read)
    this.#app.set({})
  }

  more(name) {
    return this.#app.attempt(async () => {
      const shown = this.of(name)
      const read = await this.#read(name, shown)
      if (this.of(name) === shown) this.#opened.set(name, read)
      this.#app.set({})
    })
  }

  /** One page more, or as many as are `wanted`. */
  async #read(name, { list, cursor }, wanted = 0) {
    const path = `/${plural(this.#kind)}/${encodeURIComponent(name)}/versions?limit=${SHOWN_VERSIONS}`
    do {
      const page = await this.#app.api.call('GET', path + (cursor ? `&cursor=${cursor}` : ''))
      list = [...list, ...page.versions]
      cursor = page.cursor ?? null
    } while (cursor && list.length < wanted)
    return { list, cursor }
  }

  compare(name, from, to) {
    return this.#app.attempt(async () => {
      const { lines } = await this.#app.api.call('GET', `/prompts/${encodeURIComponent(name)}/diff?from=${from}&to=${to}`)
      openDialog(comparison(name, from, to, lines), { wide: true }).querySelector('.primary').focus()
    })
  }
}

export function history(entries, entry) {
  const { versions } = entries
  const toggle = event => event.target.open ? versions.show(entry.name) : versions.hide(entry.name)
  const found = versions.of(entry.name)
  return html`
    <details class="reminder-history" @toggle=${toggle}>
      <summary>Versions</summary>
      ${!found ? nothing : found.list.length ? html`<ol>${found.list.map(one => version(entries, entry, one))}</ol>` : html`<p class="hint">None are kept.</p>`}
      ${found?.cursor ? html`<button class="quiet small" aria-label="Older versions of ${entry.name}" @click=${() => versions.more(entry.name)}>Older versions</button>` : nothing}
    </details>`
}

function version(entries, entry, { number, action, status, by, at, origin }) {
  const isCurrent = number === entry.version
  const canChange = entries.canWrite && entry.origin === 'database'
  return html`
    <li><b>${number}</b> <span>${action}${by ? ` by ${by}` : ''}</span> <time datetime=${at}>${fullTime(at)}</time>
      ${status && canChange && origin === 'database' ? html`
        <select aria-label="Status of version ${number}" @change=${event => entries.setStatus(entry, number, event.target.value)}>
          ${STATUSES.map(one => html`<option .selected=${live(one === status)}>${one}</option>`)}</select>` : status ? html`<span>${status}</span>` : nothing}
      ${isCurrent ? html`<span>in use</span>` : html`
        ${entry.kind === 'prompt' && action !== 'deleted' ? html`
          <button class="quiet small" aria-label="Compare version ${number} with the newest" @click=${() => entries.versions.compare(entry.name, number, entry.version)}>Compare</button>` : nothing}
        ${canChange && action !== 'deleted' ? html`
          <button class="quiet small" aria-label="Restore version ${number}" @click=${() => entries.restore(entry, number)}>Restore</button>` : nothing}`}
    </li>`
}

const comparison = (name, from, to, lines) => html`
  <h2 id="dialog-title" dir="auto">${name}: version ${from} and ${to}</h2>
  <div class="comparison" tabindex="0" role="region" aria-label="Both versions"><table>
    <thead><tr><th scope="col">Version ${from}</th><th scope="col">Version ${to}</th></tr></thead>
    <tbody>${sideBySide(lines).map(({ before, after, same }) => html`
      <tr>${cell(before, same, 'del')}${cell(after, same, 'ins')}</tr>`)}</tbody>
  </table></div>
  <div class="dialog-actions"><button class="primary" @click=${closeDialog}>Close</button></div>`

function cell(text, same, change) {
  if (text === null) return html`<td class="absent"></td>`
  if (same) return html`<td dir="auto">${text}</td>`
  return change === 'del' ? html`<td class="removed"><del dir="auto">${text}</del></td>` : html`<td class="added"><ins dir="auto">${text}</ins></td>`
}
