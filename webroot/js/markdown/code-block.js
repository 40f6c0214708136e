import { loadHighlighter } from './lib.js'
import { sanitised } from './sanitise.js'

const OPEN_MAX = 8_000   // while it still grows, longer code is coloured only at its end
const CODE_MAX = 200_000

/** Gives each code block its language, a copy button and, when the highlighter is here, colours. */
export function decorateCode(fragment, open) {
  for (const code of fragment.querySelectorAll('pre > code')) {
    const language = /language-([\w+#.-]+)/.exec(code.className)?.[1] ?? ''
    const block = code.ownerDocument.createElement('div')
    block.className = 'code-block'
    code.parentElement.replaceWith(block)
    block.append(bar(code.ownerDocument, language), wrapped(code))
    if (language) colour(code, language, open ? OPEN_MAX : CODE_MAX)
  }
}

function wrapped(code) {
  const pre = code.ownerDocument.createElement('pre')
  pre.tabIndex = 0
  pre.append(code)
  return pre
}

function bar(document, language) {
  const bar = document.createElement('div')
  bar.className = 'code-bar'
  const name = document.createElement('span')
  name.textContent = language || 'text'
  const copy = document.createElement('button')
  Object.assign(copy, { type: 'button', className: 'quiet small', textContent: 'Copy' })
  copy.dataset.copy = 'code'
  copy.setAttribute('aria-label', 'Copy code')
  bar.append(name, copy)
  return bar
}

let loaded = null

function colour(code, language, max) {
  const source = code.textContent
  if (source.length > max) return
  if (loaded) return paint(code, source, language)
  code.dataset.unpainted = ''
  loadHighlighter().then(hljs => {
    loaded = hljs
    if (code.isConnected) paint(code, source, language)
  }).catch(() => {}) // code without colours is still code
}

function paint(code, source, language) {
  delete code.dataset.unpainted
  if (!loaded.getLanguage(language)) return
  code.replaceChildren(sanitised(loaded.highlight(source, { language, ignoreIllegals: true }).value))
}
