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
  #opened = new Map() // by name; null while they are read, or if they could not be

  constructor(app, kind) {
    this.#app = app
    this.#kind = kind
  }

  of(name) { return this.#opened.get(name) }
  isOpen(name) { return this.#opened.has(name) }
  hide(name) { this.#opened.delete(name) }

  refresh() { return Promise.all([...this.#opened.keys()].map(name => this.show(name))) }

  async show(name) {
    if (!this.#opened.has(name)) this.#opened.set(name, null)
    const path = `/${plural(this.#kind)}/${encodeURIComponent(name)}/versions?limit=${SHOWN_VERSIONS}`
    const { versions } = await this.#app.api.call('GET', path).catch(() => ({ versions: [] }))
    if (this.#opened.has(name)) this.#opened.set(name, versions)
    this.#app.set({})
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
      ${!found ? nothing : found.length ? html`<ol>${found.map(one => version(entries, entry, one))}</ol>` : html`<p class="hint">None are kept.</p>`}
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
