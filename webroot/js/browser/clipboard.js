import { say } from './announcer.js'

const SHOWN_MS = 1_500

/** One listener for all copy buttons: they come and go with the text around them. */
export function listenForCopies(root) {
  root.addEventListener('click', async event => {
    const button = event.target.closest('[data-copy]')
    if (!button) return
    const text = button.dataset.copy === 'code'
      ? button.closest('.code-block').querySelector('code').textContent : button.source
    const done = await copy(text)
    const words = done ? 'Copied' : 'Not copied'
    say(words)
    if (button.dataset.copy === 'code') button.textContent = words
    else button.classList.toggle('copied', done)
    setTimeout(() => {
      if (button.dataset.copy === 'code') button.textContent = 'Copy'
      button.classList.remove('copied')
    }, SHOWN_MS)
  })
}

/** The clipboard is there only on https and localhost; elsewhere the old way still works. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    field.className = 'off-screen'
    document.body.append(field)
    field.select()
    const done = document.execCommand('copy')
    field.remove()
    return done
  }
}
