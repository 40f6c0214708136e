import { GRAMMARS } from './grammars.js'
import { languageOf } from './languages.js'
import { highlighterOf, loadHighlighter } from './lib.js'
import { sanitised } from './sanitise.js'
import { isWrapped } from './wrap.js'

const OPEN_MAX = 8_000   // while it still grows, longer code is coloured only at its end
const CODE_MAX = 200_000
const LINES_MAX = 40     // longer code can be folded
const PLAIN = new Set(['', 'text', 'txt', 'plain', 'plaintext', 'output'])

/**
 * Gives each code block its language or file name, buttons and, when the highlighter is here, colours.
 * `open`: it still grows; `folds`: long code is folded, as nobody has seen it unfolded.
 */
export function decorateCode(fragment, { open, folds }) {
  for (const code of fragment.querySelectorAll('pre > code')) {
    const language = /language-([\w+#.-]+)/.exec(code.className)?.[1] ?? ''
    const block = code.ownerDocument.createElement('div')
    block.className = 'code-block'
    code.parentElement.replaceWith(block)
    block.append(bar(code, language), wrapped(code))
    if (!open) addFold(block, code, folds)
    if (!PLAIN.has(language)) colour(code, languageOf(language), open ? OPEN_MAX : CODE_MAX)
  }
}

function wrapped(code) {
  const pre = code.ownerDocument.createElement('pre')
  pre.tabIndex = 0
  pre.append(code)
  return pre
}

function bar(code, language) {
  const document = code.ownerDocument
  const bar = document.createElement('div')
  bar.className = 'code-bar'
  bar.dataset.language = language
  const name = document.createElement('span')
  name.className = 'code-name'
  name.textContent = code.title || language || 'text'
  if (code.title) bar.dataset.file = code.title
  code.removeAttribute('title')
  const wrap = button(document, 'Wrap', 'Wrap long lines')
  wrap.dataset.does = 'wrap'
  wrap.setAttribute('aria-pressed', isWrapped())
  const save = button(document, 'Download', 'Download code')
  save.dataset.does = 'save'
  const copy = button(document, 'Copy', 'Copy code')
  copy.dataset.copy = 'code'
  bar.append(name, wrap, save, copy)
  return bar
}

function button(document, words, label) {
  const button = document.createElement('button')
  Object.assign(button, { type: 'button', className: 'quiet small', textContent: words })
  if (label) button.setAttribute('aria-label', label)
  return button
}

function addFold(block, code, folds) {
  const lines = code.textContent.trimEnd().split('\n').length
  if (lines <= LINES_MAX) return
  const fold = button(code.ownerDocument, folds ? `Show all ${lines} lines` : 'Show less')
  fold.classList.add('code-fold')
  Object.assign(fold.dataset, { does: 'fold', lines })
  fold.setAttribute('aria-expanded', !folds)
  block.classList.toggle('folded', folds)
  block.append(fold)
}

function colour(code, language, max) {
  if (code.textContent.length > max) return
  const highlighter = highlighterOf(language)
  if (highlighter) return paint(highlighter, code, language)
  code.dataset.unpainted = language
  loadHighlighter(language, GRAMMARS).then(paintWaiting, () => {}) // code without colours is still code
}

/** Whatever waits in the page by now: what was given to somebody's hands when it was asked for may have been replaced. */
function paintWaiting() {
  for (const code of document.querySelectorAll('code[data-unpainted]')) {
    const language = code.dataset.unpainted
    const highlighter = highlighterOf(language)
    if (highlighter) paint(highlighter, code, language)
  }
}

function paint(highlighter, code, language) {
  delete code.dataset.unpainted
  const { value } = highlighter.highlight(code.textContent, { language, ignoreIllegals: true })
  code.replaceChildren(sanitised(value))
}
