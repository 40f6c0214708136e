import { html, live, nothing } from '../../lib.js'
import { sideBySide } from '../../words/side-by-side.js'
import { fullTime } from '../../words/times.js'
import { closeDialog, openDialog } from '../dialog.js'
import { plural } from './catalog-kinds.js'
import { Histories } from './histories.js'
import { historyPart } from './history-part.js'

const SHOWN_VERSIONS = 50
const STATUSES = ['approved', 'testing', 'deprecated']

/** The versions of entries of one kind, of those that were opened. */
export class Versions extends Histories {
  #app

  constructor(app, kind) {
    super(app, name => `/${plural(kind)}/${encodeURIComponent(name)}/versions?limit=${SHOWN_VERSIONS}`, 'versions')
    this.#app = app
  }

  compare(name, from, to) {
    return this.#app.attempt(async () => {
      const { lines } = await this.#app.api.call('GET', `/prompts/${encodeURIComponent(name)}/diff?from=${from}&to=${to}`)
      openDialog(comparison(name, from, to, lines), { wide: true }).querySelector('.primary').focus()
    })
  }
}

export const history = (entries, entry) => historyPart(entries.versions, entry.name, {
  summary: 'Versions', name: entry.name, empty: 'None are kept.',
  content: list => html`<ol>${list.map(one => version(entries, entry, one))}</ol>`,
})

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
