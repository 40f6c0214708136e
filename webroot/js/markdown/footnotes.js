/** Footnotes, `[^1]` and `[^1]: text`, as marked's extensions. What nothing is noted for is no footnote but, say, a pattern. */
const MARK = /^\[\^([^\]\s^]{1,40})\](?!:)/
const TEXT = /^\[\^([^\]\s^]{1,40})\]:[ \t]*((?:[^\n]|\n(?!\s*\n|\[\^)|\n\s*\n(?: {4}|\t))*)(?:\n+|$)/

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const footnotes = [
  {
    name: 'noteMark',
    level: 'inline',
    start: source => source.indexOf('[^') < 0 ? undefined : source.indexOf('[^'),
    tokenizer(source) {
      const match = MARK.exec(source)
      return match && { type: 'noteMark', raw: match[0], id: match[1] }
    },
    renderer: ({ id }) => `<code class="language-note-mark">${escaped(id)}</code>`,
  },
  {
    name: 'noteText',
    level: 'block',
    start: source => /^\[\^/m.exec(source)?.index,
    tokenizer(source) {
      const match = TEXT.exec(source)
      if (!match) return undefined
      const token = { type: 'noteText', raw: match[0], id: match[1], tokens: [] }
      this.lexer.inline(match[2].replace(/\s*\n\s*/g, '\n').trim(), token.tokens)
      return token
    },
    renderer({ id, tokens }) {
      return `<p><code class="language-note-text">${escaped(id)}</code>${this.parser.parseInline(tokens)}</p>`
    },
  },
]

export const notesOf = tokens => new Set(tokens.flatMap(({ type, id }) => type === 'noteText' ? [id] : []))

/** `notes`: what is noted in this text; unknown while it grows, and then a mark is what was written. */
export function decorateFootnotes(fragment, notes) {
  for (const mark of fragment.querySelectorAll('code.language-note-mark')) {
    const id = mark.textContent
    if (notes.has(id)) mark.replaceWith(jump('note-ref', id, id, `Footnote ${id}`))
    else mark.replaceWith(`[^${id}]`)
  }
  for (const mark of fragment.querySelectorAll('code.language-note-text')) {
    const id = mark.textContent
    const note = mark.parentElement
    note.className = 'note'
    note.dataset.note = id
    const name = note.ownerDocument.createElement('span')
    name.className = 'note-name'
    name.textContent = id
    mark.replaceWith(name)
    if (notes.has(id)) note.append(' ', jump('note-back', id, '↩', `Back to where footnote ${id} stands`))
  }
}

function jump(kind, id, words, label) {
  const button = document.createElement('button')
  Object.assign(button, { type: 'button', className: kind, textContent: words })
  Object.assign(button.dataset, { does: 'note', note: id })
  button.setAttribute('aria-label', label)
  return button
}

/** From the mark to its note, and back. */
export function followNote(button) {
  const wanted = button.classList.contains('note-ref') ? '.note' : '.note-ref'
  const text = button.closest('.markdown')
  const target = text.querySelector(`${wanted}[data-note="${CSS.escape(button.dataset.note)}"]`)
  if (!target) return
  if (wanted === '.note') target.tabIndex = -1
  target.scrollIntoView({ block: 'center' })
  target.focus({ preventScroll: true })
}
