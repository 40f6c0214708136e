import { isComposing, isSendKey } from '../../browser/keys.js'
import { afterRender, leaveFocus } from '../../browser/render.js'
import { wholeOf, withTail } from '../../chat/content.js'
import { html, nothing, repeat } from '../../lib.js'
import * as icons from '../icons.js'

const TAGS = { steer: 'steers', interrupt: 'next', rollback: 'next' }

/** Messages that wait for the run to end; each can still be changed or taken back, from any tab. */
export function queue(app) {
  const { queue, interrupts } = app.chat.view
  const end = interrupts.length ? 'for your decision' : 'for the answer to end'
  if (!queue.length) return nothing
  return html`
    <section class="queue" aria-label="Queued messages">
      <h2>${icons.clock()} ${queue.length === 1 ? '1 message waits' : `${queue.length} messages wait`}
        ${end}
        ${queue.length > 1 ? html`<button class="quiet small" @click=${() => takeAll(app)}>Remove all</button>` : nothing}
      </h2>
      <ol>${repeat(queue, waiting => waiting.message, waiting =>
        html`<li>${app.editing?.message === waiting.message ? editor(app, waiting) : chip(app, waiting)}</li>`)}</ol>
    </section>`
}

export function editQueued(app, { message, text }) {
  app.set({ editing: { message, text, before: text } })
  afterRender(() => document.querySelector('.chip textarea')?.focus())
}

function takeAll(app) {
  leaveFocus()
  app.attempt(() => app.chat.stopQueued())
}

function chip(app, { message, text, parts, onBusy }) {
  const whole = withTail(text, wholeOf(parts))
  const remove = () => {
    leaveFocus()
    app.attempt(() => app.chat.unqueue(message))
  }
  return html`
    <div class="chip">
      ${TAGS[onBusy] ? html`<span class="chip-tag">${TAGS[onBusy]}</span>` : nothing}
      <span class="chip-text" dir="auto" title=${whole}>${whole}</span>
      <button class="icon-button" @click=${() => editQueued(app, { message, text })} aria-label="Edit queued message" title="Edit">
        ${icons.edit()}</button>
      <button class="icon-button" @click=${remove} aria-label="Remove queued message" title="Remove">
        ${icons.close()}</button>
    </div>`
}

function editor(app, { message, text }) {
  const close = () => {
    app.set({ editing: null })
    document.getElementById('message')?.focus()
  }
  const save = () => {
    const changed = app.editing.text.trim()
    close()
    if (changed && changed !== text) app.attempt(() => app.chat.requeue(message, changed))
  }
  const keys = event => {
    if (isComposing(event)) return
    if (event.key === 'Escape') close()
    else if (isSendKey(event)) save()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return html`
    <div class="chip editing">
      <textarea rows="2" dir="auto" aria-label="Queued message" .value=${app.editing.text} @keydown=${keys}
        @input=${event => { app.editing.text = event.target.value }}></textarea>
      <button class="primary small" @click=${save}>Save</button>
      <button class="quiet small" @click=${close}>Cancel</button>
    </div>`
}
