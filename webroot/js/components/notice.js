import { html, nothing } from '../lib.js'

/** What the page says for a few seconds, and what can be done about it. */
export function notice(app) {
  if (!app.notice) return nothing
  const { text, calm, action } = app.notice
  const act = () => {
    app.set({ notice: null })
    document.getElementById('message')?.focus()
    action.run()
  }
  return html`
    <p class="notice ${calm ? 'calm' : ''}"><span>${text}</span>
      ${action ? html`<button class="quiet small" @click=${act}>${action.label}</button>` : nothing}</p>`
}
