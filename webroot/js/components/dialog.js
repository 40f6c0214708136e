import { wayBack } from '../browser/keep-focus.js'
import { html, render } from '../lib.js'

/** The one dialog of the page. A native one: it keeps the focus, and gives it back. */
export function openDialog(content, { wide = false } = {}) {
  const dialog = document.getElementById('dialog')
  dialog.classList.toggle('wide', wide)
  render(content, dialog)
  if (dialog.open) return dialog
  dialog.onclose = wayBack() // the browser gives the focus back, unless what had it is gone by then
  dialog.showModal()
  return dialog
}

export const closeDialog = () => document.getElementById('dialog').close()

/** What the page has to say while a dialog covers it; nothing: it has nothing to say. */
export function sayInDialog(words) {
  const dialog = document.getElementById('dialog')
  const place = dialog.querySelector(':scope > .notice')
  if (!dialog.open || !words) place?.remove()
  else if (!place) dialog.append(Object.assign(document.createElement('p'), { className: 'notice', textContent: words }))
  else if (place.textContent !== words) place.textContent = words
}

/** Asks before something that cannot be undone; the safe answer has the focus. */
export function askBefore({ title, words, yes }, action) {
  const go = () => {
    closeDialog()
    action()
  }
  const dialog = openDialog(html`
    <h2 id="dialog-title">${title}</h2>
    <p>${words}</p>
    <div class="dialog-actions">
      <button class="quiet keep" @click=${closeDialog}>Cancel</button>
      <button class="danger" @click=${go}>${yes}</button>
    </div>`)
  dialog.querySelector('.keep').focus()
}
