const ROWS_MAX = 16
const CHARS_MAX = 12_000

/**
 * The rows of one transcript in pieces, so that a rendering passes over those that did not change, and a long chat is
 * rendered piece by piece, one in each direction per frame, from where its reader is.
 */
export class Pieces {
  #starts = new Set() // keys of the rows with which a piece begins
  #rows = []
  #last = []
  #from = null        // keys of the first and of the last piece that are shown
  #to = null          // null: to the end

  /**
   * Pieces as { key, rows }, the same objects where nothing changed; of these from `from` to `to` (exclusive) are to be shown.
   * `around`: the key of a row that is to be among them; `all`: all are.
   */
  of(rows, { around = null, all = false } = {}) {
    const pieces = this.#split(rows)
    const at = around === null ? -1 : pieces.findIndex(piece => piece.rows.some(row => row.item.key === around))
    return { pieces, ...this.#window(pieces, { at, all }) }
  }

  #split(rows) {
    if (rows === this.#rows) return this.#last
    this.#rows = rows
    const known = new Map(this.#last.map(piece => [piece.key, piece]))
    const pieces = []
    let chars = 0
    for (const row of rows) {
      const { key, text } = row.item
      const last = pieces.at(-1)
      if (!last || this.#starts.has(key) || last.rows.length >= ROWS_MAX || chars > CHARS_MAX) {
        this.#starts.add(key)
        pieces.push({ key, rows: [row] })
        chars = 0
      } else last.rows.push(row)
      chars += text?.length ?? 0
    }
    const isSame = (a, b) => a?.rows.length === b.rows.length && b.rows.every((row, i) => row === a.rows[i])
    this.#last = pieces.map(piece => isSame(known.get(piece.key), piece) ? known.get(piece.key) : piece)
    return this.#last
  }

  #window(pieces, { at, all }) {
    const { length } = pieces
    let from = pieces.findIndex(({ key }) => key === this.#from)
    let to = this.#to === null ? length : pieces.findIndex(({ key }) => key === this.#to) + 1
    if (all) [from, to] = [0, length]
    else if (from < 0 || !to || (at >= 0 && (at < from || at >= to))) {
      const centre = at < 0 ? length - 1 : at
      from = Math.max(0, centre - 1)
      to = Math.min(length, centre + 2)
    } else {
      from = Math.max(0, from - 1)
      to = Math.min(length, to + 1)
    }
    this.#from = pieces[from]?.key ?? null
    this.#to = to < length ? pieces[to - 1].key : null
    return { from, to }
  }
}
