import { isComposing, isSendKey } from '../../browser/keys.js'
import { afterRender, focusMessage } from '../../browser/render.js'
import { html } from '../../lib.js'

/** In place of a message that is already answered: changed and sent again, it takes all that followed with it. */
export function messageEditor(app, item) {
  const leave = () => {
    const { fromField } = app.revising
    app.set({ revising: null })
    if (fromField) return focusMessage()
    afterRender(() => document.querySelector(`[data-message="${CSS.escape(item.id)}"] .edit`)?.focus())
  }
  const save = async () => {
    const text = app.revising.text.trim()
    if (!text) return
    if (await app.revision.send(item.id, text)) focusMessage()
  }
  const keys = event => {
    if (isComposing(event)) return
    if (event.key === 'Escape') leave()
    else if (isSendKey(event)) save()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return html`
    <div class="message revising" role="group" aria-label="Change this message">
      <textarea rows="3" dir="auto" aria-label="Message text" aria-describedby="revising-hint" .value=${app.revising.text}
        @keydown=${keys} @input=${event => { app.revising.text = event.target.value }}></textarea>
      <div class="revising-foot">
        <span class="hint" id="revising-hint">What comes after it is replaced, and can be read as an earlier version.</span>
        <button class="quiet small" @click=${leave}>Cancel</button>
        <button class="primary small" @click=${save} ?disabled=${app.chat.revising}>Send again</button>
      </div>
    </div>`
}

/** `fromField`: it began with a key in the message field, which gets the focus back if nothing is changed. */
export function editMessage(app, { id, text }, { fromField = false } = {}) {
  app.set({ revising: { message: id, text, before: text, fromField } })
  afterRender(() => {
    const field = document.querySelector('.revising textarea')
    if (!field || field === document.activeElement) return // Somebody was faster and writes: their caret stays.
    field.focus()
    field.setSelectionRange(text.length, text.length)
  })
}
