import { html, nothing } from '../../lib.js'

/** What can be opened below an entry; `content` of its list, which has at least one entry. `name`: of the entry, for the button of older ones. */
export function historyPart(histories, id, { summary, name, empty, content }) {
  const toggle = event => event.target.open ? histories.isOpen(id) || histories.show(id) : histories.hide(id)
  const found = histories.of(id)
  return html`
    <details class="reminder-history" ?open=${histories.isOpen(id)} @toggle=${toggle}>
      <summary>${summary}</summary>
      ${!found ? nothing : !found.list ? html`<p class="hint">This could not be read.</p>` : found.list.length ? content(found.list) : html`<p class="hint">${empty}</p>`}
      ${found?.cursor ? html`<button class="quiet small" aria-label="Older ones of ${name}" @click=${() => histories.more(id)}>Show older ones</button>` : nothing}
    </details>`
}
