import { Marked } from '../lib.js'
import { decorateCode } from './code-block.js'
import { math } from './math.js'
import { sanitised } from './sanitise.js'

const PLAIN_TAG = /^<\/?(?:abbr|b|br|code|del|em|i|ins|kbd|mark|s|strong|sub|sup|u)\s*\/?>$/i
const DROPPED = /<!--[\s\S]*?-->|<\/?(?:details|summary|p|div|span|center)\b[^>]*>/gi

/** HTML in an answer: simple tags without attributes are kept, all else is shown as the text that it is. */
function html({ text }) {
  return text.replace(DROPPED, '').replace(/<\/?[a-z][^>]*>|[<>]/gi, part =>
    PLAIN_TAG.test(part) ? part : part.replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
}

const marked = new Marked({ gfm: true, breaks: true, renderer: { html }, extensions: math })

/** The top-level blocks of a text: paragraphs, lists, tables, code ... as marked's tokens. */
export function blocksOf(text) {
  return marked.lexer(text)
}

export function nodesOf(tokens, open) {
  const fragment = sanitised(marked.parser(tokens))
  decorateCode(fragment, open)
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
