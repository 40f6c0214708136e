import { parts } from '../../later.js'
import { leaveFocus } from '../../browser/render.js'
import { html, nothing } from '../../lib.js'
import { errorWords } from '../../words/words.js'

/** A message that was sent here and is not in the transcript yet. */
export function pendingMessage(app, entry) {
  return html`
    <article class="message user footed pending ${entry.error ? 'failed' : ''}" aria-label="You, not sent yet">
      ${entry.text || !entry.files ? html`<div class="bubble" dir="auto">${entry.text}</div>` : nothing}
      ${entry.files?.length ? parts.messageFiles?.(app, entry.files) : nothing}
      <div class="message-foot">${entry.error ? failed(app, entry) : words(app)}</div>
    </article>`
}

const words = app => app.server.connection.state === 'open' ? html`<span>Sending…</span>`
  : html`<span>Will be sent when the connection is back</span>`

function failed(app, entry) {
  const { chat } = app
  const edit = () => {
    chat.discard(entry)
    if (entry.files?.length) chat.files?.putBack(entry.files)
    chat.draft = chat.draft ? `${entry.text}\n${chat.draft}` : entry.text
    app.set({})
    document.getElementById('message')?.focus()
  }
  const leave = action => () => {
    leaveFocus()
    action()
  }
  return html`
    <span class="error-words">Not sent. ${errorWords(entry.error)}</span>
    ${entry.error.retryable || entry.error.code === 'queue_full' || entry.error.code === 'busy'
      ? html`<button class="quiet small" @click=${leave(() => chat.retry(entry))}>Try again</button>` : nothing}
    <button class="quiet small" @click=${edit}>Edit</button>
    <button class="quiet small" @click=${leave(() => chat.discard(entry))}>Discard</button>`
}
