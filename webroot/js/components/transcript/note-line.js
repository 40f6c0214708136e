import { html, nothing } from '../../lib.js'
import * as icons from '../icons.js'

const number = new Intl.NumberFormat()

/** What the log says between messages: a plain sentence, and more of it on demand. */
export function noteLine({ item, group }) {
  if (group === 'folded') return nothing
  const { words, more, text } = WORDS[item.name](item.value)
  return html`
    <details class="note-line">
      <summary>${icons.chevron()} <span>${words}</span></summary>
      <div class="note-body"><p>${more}</p>${text ? html`<div class="note-text" dir="auto" tabindex="0">${text}</div>` : nothing}</div>
    </details>`
}

const WORDS = {
  'context.summarised': ({ before, after, compact, text }) => ({
    words: 'Earlier messages were summarised for the agent',
    more: `${compact ? 'This and later answers begin' : 'This answer begins'} with the summary instead of these messages: about ${number.format(after)} tokens instead of ${number.format(before)}. Nothing is lost here. The summary:`,
    text,
  }),
  'context.cleared': ({ calls, before, after }) => ({
    words: `The agent no longer sees ${calls.length === 1 ? 'one earlier tool result' : `${number.format(calls.length)} earlier tool results`}`,
    more: `What it reads became shorter: about ${number.format(after)} tokens instead of ${number.format(before)}. The results stay here.`,
  }),
  'middleware.skipped': ({ middleware, why }) => ({
    words: `This answer goes on without the middleware “${middleware}”`,
    more: why,
  }),
}
