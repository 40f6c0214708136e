import { Marked } from './lib.js'
import { decorateCode } from './code-block.js'
import { namedFile } from './file-name.js'
import { decorateFootnotes, footnotes } from './footnotes.js'
import { decorateFormulas } from './formulas.js'
import { math } from './math.js'
import { sanitised } from './sanitise.js'

const PLAIN_TAG = /^<\/?(?:abbr|b|br|code|del|details(?:\s+open)?|em|i|ins|kbd|mark|s|strong|sub|summary|sup|u)\s*\/?>$/i
const DROPPED = /<!--[\s\S]*?-->|<\/?(?:p|div|span|center)\b[^>]*>/gi
const FOLD = /<(\/?)details\b[^>]*>/gi

/** HTML in an answer: simple tags without attributes are kept, all else is shown as the text that it is. */
function html({ text }) {
  return text.replace(DROPPED, '').replace(/<\/?[a-z][^>]*>|[<>]/gi, part =>
    PLAIN_TAG.test(part) ? part : part.replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
}

const escaped = text => text.replace(/[&<>"]/g, char => `&#${char.charCodeAt(0)};`)

/** The title is the name of the file that it says it is. */
function code({ text, lang = '' }) {
  const language = /^[\w+#.-]*/.exec(lang)[0]
  const file = namedFile(lang)
  return `<pre><code${language && ` class="language-${language}"`}${file ? ` title="${escaped(file)}"` : ''}>${escaped(text)}\n</code></pre>\n`
}

const marked = new Marked({ gfm: true, breaks: true, renderer: { html, code }, extensions: [...math, ...footnotes] })

const documents = new Marked({ gfm: true, renderer: { html, code } })

/** The blocks of a document of ours, whose lines end where there is room for no more. */
export const blocksOfDocument = text => documents.lexer(text)

/** Calls `action` with every token of these, also inside others. */
export const walkTokens = (tokens, action) => documents.walkTokens(tokens, action)

/** The top-level blocks of a text: paragraphs, lists, tables, code ... as marked's tokens, and folds as one block each. */
export function blocksOf(text) {
  const blocks = []
  let fold = null // a `details` that is not closed yet
  let depth = 0
  for (const token of marked.lexer(text)) {
    if (token.type === 'html') depth = Math.max(0, depth + foldsOpened(token.raw))
    if (!fold && !depth) blocks.push(token)
    else if (!fold) blocks.push(fold = { type: 'fold', raw: token.raw, parts: [token] })
    else {
      fold.raw += token.raw
      fold.parts.push(token)
    }
    if (!depth) fold = null
  }
  return blocks
}

/** How many more folds a piece of HTML opens than it closes. */
function foldsOpened(raw) {
  let opened = 0
  for (const [, isEnd] of raw.matchAll(FOLD)) opened += isEnd ? -1 : 1
  return opened
}

const NO_NOTES = new Set()

/** `open`: it still grows; `folds`: long code begins folded; `notes`: the footnotes of the whole text, see there. */
export function nodesOf(tokens, { open = false, folds = false, notes = NO_NOTES } = {}) {
  const fragment = sanitised(marked.parser(tokens.flatMap(token => token.parts ?? [token])))
  decorateFormulas(fragment, { open })
  decorateCode(fragment, { open, folds })
  decorateFootnotes(fragment, notes)
  for (const block of fragment.children) block.dir = 'auto' // by the language that it is written in; what is inside follows
  fragment.querySelectorAll('table').forEach(wrapTable)
  return [...fragment.childNodes].filter(node => node.nodeType !== Node.TEXT_NODE || node.data.trim())
}

/** A wide table scrolls by itself instead of widening the page. */
function wrapTable(table) {
  const scroller = table.ownerDocument.createElement('div')
  scroller.className = 'table-scroller'
  scroller.tabIndex = 0
  table.replaceWith(scroller)
  scroller.append(table)
}
