import { Marked } from '../lib.js'
import { decorateCode } from './code-block.js'
import { sanitised } from './sanitise.js'

const marked = new Marked({ gfm: true, breaks: true })

/** The top-level blocks of a text: paragraphs, lists, tables, code ... as marked's tokens. */
export function blocksOf(text) {
  return marked.lexer(text)
}

export function nodesOf(token, open) {
  const fragment = sanitised(marked.parser([token]))
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
