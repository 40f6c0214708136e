import { html } from '../../lib.js'
import { plainText } from '../../words/plain-text.js'

/** Where a search found its words, with the words marked. */
export function snippet(text, query) {
  return html`<span class="snippet" dir="auto">${marked(plainText(text), query)}</span>`
}

function marked(text, query) {
  const words = query.trim().split(/\s+/).filter(Boolean).map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  if (!words.length) return text
  return text.split(new RegExp(`(${words.join('|')})`, 'gi')).map((part, i) => i % 2 ? html`<mark>${part}</mark>` : part)
}
