import { isMoved } from '../../browser/keep-focus.js'
import { isComposing } from '../../browser/keys.js'
import { html } from '../../lib.js'
import { endRename } from '../../sessions/session-actions.js'

const TITLE_CHARS_MAX = 200

/** A title that is being changed, where it stands. Leaving the field saves; Escape does not. */
export function titleField(app) {
  const keys = event => {
    if (isComposing(event) || !['Enter', 'Escape'].includes(event.key)) return
    event.preventDefault()
    event.stopPropagation()
    endRename(app, event.key === 'Enter')
  }
  return html`
    <input class="title-field" dir="auto" aria-label="Title" maxlength=${TITLE_CHARS_MAX} .value=${app.renaming.title}
      @input=${event => { app.renaming.title = event.target.value }} @keydown=${keys}
      @blur=${() => { if (app.renaming && !isMoved()) endRename(app, true) }}>`
}
