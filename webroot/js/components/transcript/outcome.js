import { html, nothing } from '../../lib.js'
import { outcomeWords } from '../../words/words.js'
import * as icons from '../icons.js'

/** An answer that was stopped says so in its own foot, and what waits for a decision in its own card. */
export const hasOutcomeLine = ({ outcome, item }) => Boolean(outcome && outcomeWords(outcome)) && outcome.type !== 'interrupt' &&
  !(outcome.type === 'cancelled' && item.role === 'assistant')

/** How a run ended when it did not end well, and the way on. */
export function outcomeLine(app, row) {
  if (!hasOutcomeLine(row)) return nothing
  const { outcome, item, lastRun, idle } = row
  const words = outcomeWords(outcome)
  const failed = outcome.type === 'error'
  return html`
    <div class="outcome ${failed ? 'failed' : ''}">
      ${failed ? icons.warning() : icons.stop()} <span class="outcome-words">${words}</span>
      ${idle && lastRun && app.chat.questionOf(item.run) ? html`
        <button class="quiet small" @click=${() => app.revision.regenerate(item.run)}>Try again</button>` : nothing}
    </div>`
}

export const stoppedMark = () => html`
  <span class="outcome">${icons.stop()} <span class="outcome-words">${outcomeWords({ type: 'cancelled' })}</span></span>`
