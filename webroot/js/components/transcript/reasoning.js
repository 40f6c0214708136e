import { html } from '../../lib.js'
import { lastingWords } from '../../words/times.js'
import * as icons from '../icons.js'

/** `thoughtMs`: how long it took, as far as that is known. */
export function reasoning({ item, thoughtMs }) {
  const done = thoughtMs === undefined ? 'Thoughts' : `Thought for ${lastingWords(thoughtMs)}`
  return html`
    <details class="reasoning ${item.open ? 'alive' : ''}">
      <summary>${icons.chevron()} <span>${item.open ? 'Thinking…' : done}</span></summary>
      <div class="reasoning-text" dir="auto">${item.text}</div>
    </details>`
}
