import { blocksOf, nodesOf } from './blocks.js'
import { notesOf } from './footnotes.js'
import { morphed } from './morph.js'

const LOAD = 4 // an open text is rendered at most a fourth of the time

/**
 * `<markdown-text>`: Markdown that may still grow. Only blocks that changed are rendered again, and a text that is slow
 * to render is rendered less often.
 */
export class MarkdownText extends HTMLElement {
  #source = { text: '', open: false }
  #shown = null
  #blocks = []
  #stableLength = 0
  #costMs = 0
  #shownAt = 0
  #timer = null

  /** An element that was there before its class may have been given its text by then. */
  connectedCallback() {
    if (!Object.hasOwn(this, 'source')) return
    const { source } = this
    delete this.source
    this.source = source
  }

  /** { text, open } */
  set source(source) {
    this.#source = source
    const waitMs = source.open ? this.#shownAt + this.#costMs * LOAD - performance.now() : 0
    if (waitMs <= 0) this.#show()
    else this.#timer ??= setTimeout(() => this.#show(), waitMs)
  }

  #show() {
    clearTimeout(this.#timer)
    this.#timer = null
    const { text: raw, open } = this.#source
    if (this.#shown?.text === raw && this.#shown.open === open) return
    const startedAt = performance.now()
    const text = raw.replace(/\r\n?/g, '\n')
    const grown = this.#shown?.open && open && text.startsWith(this.#shown.normal)
    if (!grown) this.#stableLength = 0
    if (!open && !this.#blocks.length) this.#fill(text)
    else this.#update(text, open)
    this.#shown = { text: raw, normal: text, open }
    if (open) this.getBoundingClientRect() // its layout is part of the cost
    this.#shownAt = performance.now()
    this.#costMs = this.#shownAt - startedAt
  }

  /** A text that is whole from the start is one block: it is not going to change. */
  #fill(text) {
    const blocks = blocksOf(text)
    const nodes = nodesOf(blocks, { folds: true, notes: notesOf(blocks) })
    this.replaceChildren(...nodes)
    this.#blocks = [{ raw: text, open: false, offset: 0, nodes }]
  }

  /** While the text grows only its last blocks are read again; at its end it is read once as a whole. */
  #update(text, open) {
    const from = this.#stableLength
    const tokens = blocksOf(text.slice(from))
    const notes = open ? undefined : notesOf(tokens)
    const force = !open && (notes.size > 0 || tokens.some(token => token.type === 'def'))
    let index = this.#indexAt(from)
    let offset = from
    let settled = from
    tokens.forEach((token, i) => {
      this.#replace(index++, offset, token, { open: open && i === tokens.length - 1, notes }, force)
      offset = endOf(token, text, offset)
      if (i < tokens.length - 2) settled = offset
    })
    for (const block of this.#blocks.splice(index)) block.nodes.forEach(node => node.remove())
    this.#stableLength = open && offset >= 0 ? settled : 0
  }

  #replace(index, offset, token, how, force) {
    const { open } = how
    const known = this.#blocks[index]
    if (known && known.raw === token.raw && known.open === open && !force) {
      known.offset = offset
      return
    }
    if (!force && known?.open === open && hasGrown(known, token)) {
      this.#blocks[index] = { ...known, raw: token.raw, open, offset, token }
      return
    }
    const nodes = token.type === 'space' ? [] : nodesOf([token], how)
    this.#blocks[index] = { raw: token.raw, open, offset, nodes, token }
    if (known?.nodes.length === 1 && nodes.length === 1 && morphed(known.nodes[0], nodes[0])) {
      this.#blocks[index].nodes = known.nodes
      return
    }
    const before = this.#blocks.slice(0, index).findLast(block => block.nodes.length)?.nodes.at(-1)
    known?.nodes.forEach(node => node.remove())
    if (before) before.after(...nodes)
    else this.prepend(...nodes)
  }

  #indexAt(offset) {
    if (offset === 0) return 0
    const index = this.#blocks.findIndex(block => block.offset >= offset)
    return index < 0 ? this.#blocks.length : index
  }
}

const MARKUP = /[&<>]/ // what a text node shows in another way than the source has it

/**
 * Whether all that is new of a paragraph is plain text at its end, which then is put there: most words that come are that, and
 * to make HTML of the paragraph and clean it for each costs more than all else.
 */
function hasGrown(known, { type, tokens }) {
  if (type !== 'paragraph' || known.token?.type !== type || known.token.tokens.length !== tokens.length) return false
  const [before, now] = [known.token.tokens.at(-1), tokens.at(-1)]
  const isSame = (token, i) => token === before || (token.type === tokens[i].type && token.raw === tokens[i].raw)
  if (before?.type !== 'text' || now.type !== 'text' || MARKUP.test(now.text) || !known.token.tokens.every(isSame)) return false
  const node = known.nodes[0]?.lastChild
  if (node?.nodeType !== Node.TEXT_NODE || node.data !== before.text || !now.text.startsWith(before.text)) return false
  node.appendData(now.text.slice(before.text.length))
  return true
}

/** Where a token ends, or -1: marked trims some of them, so their lengths do not add up by themselves. */
function endOf(token, text, offset) {
  const start = offset < 0 ? -1 : text.indexOf(token.raw, offset)
  return start < 0 || text.slice(offset, start).trim() ? -1 : start + token.raw.length
}
