import { leaveFocus } from '../../browser/render.js'
import { html, nothing } from '../../lib.js'
import { askedWords } from '../../words/words.js'
import * as icons from '../icons.js'

/** Above the message, wherever one has scrolled to: that a decision is needed, the way to it, and the way out. */
export function asks(app) {
  const { interrupts } = app.chat.view
  if (!interrupts.length) return nothing
  const several = interrupts.length > 1
  const drop = () => {
    leaveFocus()
    app.stop()
  }
  return html`
    <section class="asks" aria-label="Waits for you">
      ${icons.hand()}
      <span class="asks-words"><strong>${askedWords(interrupts)}</strong> ${several ? 'wait' : 'waits'} for your decision</span>
      <button class="quiet small" @click=${() => show(interrupts[0].id)}>${several ? 'Go to them' : 'Go to it'}</button>
      <button class="quiet small drop" title="Nothing is called, and the answer ends here" @click=${drop}>
        ${several ? 'Drop them' : 'Drop it'}</button>
    </section>`
}

function show(id) {
  const card = document.querySelector(`[data-interrupt="${CSS.escape(id)}"]`)
  card?.scrollIntoView({ block: 'start' })
  card?.querySelector('button, textarea, input, select, a')?.focus({ preventScroll: true })
}
