const ROWS_MAX = 16
const CHARS_MAX = 12_000
const PIECES_MAX = 8

/** A list in parts that stay the same objects while what is in them does, also when more comes before it or behind. */
class Parts {
  #name
  #keyOf
  #isFull
  #starts = new Set() // keys of those with which a part begins
  #parts = []
  same = 0            // how many parts at the beginning are those of the last time

  /** A part is { key, [name]: some of the list }; `isFull(some)`: nothing is added to them. */
  constructor({ name, keyOf, isFull }) {
    this.#name = name
    this.#keyOf = keyOf
    this.#isFull = isFull
  }

  /** `same`: how many at the beginning of the list are what they were the last time. */
  of(list, same) {
    const name = this.#name
    const parts = this.#kept(same)
    const begun = parts.length
    const before = this.#parts
    const known = new Map(before.slice(begun).map(part => [part.key, part]))
    for (let i = parts.reduce((sum, part) => sum + part[name].length, 0); i < list.length; i++) {
      const key = this.#keyOf(list[i])
      const last = parts.length > begun && parts.at(-1)[name]
      if (last && !this.#starts.has(key) && !this.#isFull(last)) last.push(list[i])
      else {
        this.#starts.add(key)
        parts.push({ key, [name]: [list[i]] })
      }
    }
    this.#parts = parts.map((part, i) => i >= begun && isSame(known.get(part.key)?.[name], part[name]) ? known.get(part.key) : part)
    this.same = lengthInCommon(this.#parts, before)
    return this.#parts
  }

  /** Those at the beginning in which everything is the same; without the last, to which more may be added. */
  #kept(same) {
    let [count, length] = [0, 0]
    while (count < this.#parts.length - 1 && (length += this.#parts[count][this.#name].length) <= same) count++
    return this.#parts.slice(0, count)
  }
}

/**
 * The rows of one transcript in pieces, so that a rendering passes over those that did not change, and a long chat is
 * rendered piece by piece, one in each direction per frame, from where its reader is. Pieces are in sections, so that neither
 * a rendering nor the browser has to look at each of them.
 */
export class Pieces {
  #pieces = new Parts({ name: 'rows', keyOf: row => row.item.key, isFull })
  #sections = new Parts({ name: 'pieces', keyOf: piece => piece.key, isFull: pieces => pieces.length >= PIECES_MAX })
  #last = { rows: null, pieces: [], sections: [] }
  #from = null        // keys of the first and of the last piece that are shown
  #to = null          // null: to the end

  /**
   * Pieces as { key, rows }, the same objects where nothing changed; of these from `from` to `to` (exclusive) are to be shown,
   * as `sections` with { key, pieces }.
   * `same`: how many rows at the beginning are those of the last time; `around`: the key of a row that is to be among those
   * shown; `grow`: more of them are shown than the last time; `all`: all are.
   */
  of(rows, { same = 0, around = null, grow = true, all = false } = {}) {
    if (rows !== this.#last.rows) {
      const pieces = this.#pieces.of(rows, same)
      this.#last = { rows, pieces, sections: this.#sections.of(pieces, this.#pieces.same) }
    }
    const { pieces, sections } = this.#last
    const at = around === null ? -1 : pieces.findIndex(piece => piece.rows.some(row => row.item.key === around))
    const { from, to } = this.#window(pieces, { at, grow, all })
    return { pieces, from, to, sections: within(sections, from, to) }
  }

  #window(pieces, { at, grow, all }) {
    const { length } = pieces
    let from = pieces.findIndex(({ key }) => key === this.#from)
    let to = this.#to === null ? length : pieces.findIndex(({ key }) => key === this.#to) + 1
    if (all) [from, to] = [0, length]
    else if (from < 0 || !to || (at >= 0 && (at < from || at >= to))) {
      const centre = at < 0 ? length - 1 : at
      from = Math.max(0, centre - 1)
      to = Math.min(length, centre + 2)
    } else if (grow) {
      from = Math.max(0, from - 1)
      to = Math.min(length, to + 1)
    }
    this.#from = pieces[from]?.key ?? null
    this.#to = to < length ? pieces[to - 1].key : null
    return { from, to }
  }
}

function isFull(rows) {
  return rows.length >= ROWS_MAX || rows.reduce((sum, { item }) => sum + (item.text?.length ?? 0), 0) > CHARS_MAX
}

/** The sections with those of their pieces that are shown. */
function within(sections, from, to) {
  const shown = []
  let at = 0
  for (const section of sections) {
    const pieces = section.pieces.slice(Math.max(0, from - at), Math.max(0, to - at))
    if (pieces.length) shown.push(pieces.length === section.pieces.length ? section : { key: section.key, pieces })
    at += section.pieces.length
  }
  return shown
}

const isSame = (a, b) => a?.length === b.length && b.every((one, i) => one === a[i])

/** How many at the beginning of two lists are the same objects. */
export function lengthInCommon(a, b) {
  let i = 0
  while (i < a.length && i < b.length && a[i] === b[i]) i++
  return i
}
