import { formulaWriter, loadFormulaWriter } from './lib.js'
import { withLetters } from './letters.js'
import { sanitisedFormula } from './sanitise.js'

const DELIMITED = /^(?:\$\$([^]*)\$\$|\\\[([^]*)\\\]|\\\(([^]*)\\\)|\$([^]*)\$)$/
const KNOWN_MAX = 300 // formulas that are kept as they were written: a text that grows has the same ones again and again
const SOURCE_MAX = 4_000

/** Limits for what a formula may ask for: its sizes in em, how often its macros expand. It cannot link, fetch or style. */
const OPTIONS = { output: 'mathml', throwOnError: true, strict: 'ignore', trust: false, maxSize: 20, maxExpand: 300 }

const known = new Map()

/** Formulas are their sources until KaTeX is here, and where it finds an error. `open`: a fence that still grows stays code. */
export function decorateFormulas(fragment, { open }) {
  for (const code of fragment.querySelectorAll('code.language-math')) {
    const source = code.textContent.trim()
    const [, ...insides] = DELIMITED.exec(source) ?? []
    const tex = insides.find(inside => inside !== undefined)
    const fence = code.closest('pre')
    if (source.length > SOURCE_MAX || (fence && open && tex === undefined)) continue
    const isBlock = fence || insides[0] !== undefined || insides[1] !== undefined
    const formula = code.ownerDocument.createElement(fence ? 'div' : 'span')
    formula.className = isBlock ? 'formula display' : 'formula'
    formula.dataset.source = tex === undefined ? `$$\n${source}\n$$` : source
    formula.dataset.tex = tex ?? source
    if (fence) fence.replaceWith(formula)
    else code.replaceWith(formula)
    code.className = ''
    formula.append(code)
    show(formula)
  }
}

function show(formula) {
  const writer = formulaWriter()
  if (writer) return write(writer, formula)
  formula.dataset.unwritten = ''
  loadFormulaWriter().then(writeWaiting, () => {})
}

function writeWaiting() {
  for (const formula of document.querySelectorAll('.formula[data-unwritten]')) write(formulaWriter(), formula)
}

function write(writer, formula) {
  delete formula.dataset.unwritten
  const displayMode = formula.classList.contains('display')
  const { node, error } = written(writer, formula.dataset.tex, displayMode)
  formula.classList.toggle('failed', Boolean(error))
  if (error) formula.title = error
  else formula.replaceChildren(node.cloneNode(true))
  if (displayMode && !error) formula.tabIndex = 0 // a wide one is scrolled
}

function written(writer, tex, displayMode) {
  const key = `${displayMode}${tex}`
  const found = known.get(key) ?? attempt(writer, tex, displayMode)
  known.delete(key)
  known.set(key, found)
  if (known.size > KNOWN_MAX) known.delete(known.keys().next().value)
  return found
}

function attempt(writer, tex, displayMode) {
  try {
    return { node: withLetters(sanitisedFormula(writer.renderToString(tex, { ...OPTIONS, displayMode }))) }
  } catch (error) {
    return { error: error.message.replace(/^KaTeX parse error: /, 'This formula has an error: ') }
  }
}

/** What is copied of a formula is its source, not the letters it is made of. */
export function listenForCopiedFormulas() {
  document.addEventListener('copy', event => {
    const selection = getSelection()
    if (event.defaultPrevented || !selection.rangeCount || selection.isCollapsed || event.target.closest?.('input, textarea')) return
    const range = wholeFormulas(selection.getRangeAt(0))
    const copied = range.cloneContents()
    if (!copied.querySelector('.formula')) return
    event.clipboardData.setData('text/plain', textOf(copied))
    const holder = document.createElement('div')
    holder.append(copied)
    event.clipboardData.setData('text/html', holder.innerHTML)
    event.preventDefault()
  })
}

const formulaAround = node => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest('.formula')

function wholeFormulas(selected) {
  const range = selected.cloneRange()
  const first = formulaAround(range.startContainer)
  const last = formulaAround(range.endContainer)
  if (first) range.setStartBefore(first)
  if (last) range.setEndAfter(last)
  return range
}

/** As it looks in lines; only what is in the page has any. */
function textOf(copied) {
  for (const formula of copied.querySelectorAll('.formula')) {
    const { source } = formula.dataset
    formula.replaceWith(formula.localName === 'div' ? Object.assign(document.createElement('pre'), { textContent: source }) : source)
  }
  for (const mark of copied.querySelectorAll('.note-ref, .note-name')) mark.replaceWith(`[${mark.textContent}] `)
  copied.querySelectorAll('button, .message-foot').forEach(part => part.remove())
  const holder = document.createElement('div')
  holder.className = 'off-screen copied'
  holder.append(copied.cloneNode(true))
  document.body.append(holder)
  const text = holder.innerText
  holder.remove()
  return text
}
