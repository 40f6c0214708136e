const ROWS_MAX = 16
const CHARS_MAX = 12_000

/**
 * The rows of one transcript in pieces, so that a rendering passes over those that did not change, and a long chat is
 * rendered piece by piece, one in each direction per frame, from where its reader is.
 */
export class Pieces {
  #starts = new Set() // keys of the rows with which a piece begins
  #rows = []
  #pieces = []
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
    if (rows === this.#rows) return this.#pieces
    const pieces = this.#unchanged(rows)
    const known = new Map(this.#pieces.slice(pieces.length).map(piece => [piece.key, piece]))
    const begun = pieces.length
    for (let i = pieces.reduce((sum, piece) => sum + piece.rows.length, 0), chars = 0; i < rows.length; i++) {
      const { key, text } = rows[i].item
      const last = pieces.at(-1)
      if (pieces.length === begun || this.#starts.has(key) || last.rows.length >= ROWS_MAX || chars > CHARS_MAX) {
        this.#starts.add(key)
        pieces.push({ key, rows: [rows[i]] })
        chars = 0
      } else last.rows.push(rows[i])
      chars += text?.length ?? 0
    }
    this.#rows = rows
    this.#pieces = pieces.map((piece, i) => i >= begun && isSame(known.get(piece.key), piece) ? known.get(piece.key) : piece)
    return this.#pieces
  }

  /** Those at the beginning whose rows are the same; without the last, to which rows may be added. */
  #unchanged(rows) {
    const unchanged = []
    let at = 0
    for (const piece of this.#pieces.slice(0, -1)) {
      if (!piece.rows.every((row, i) => row === rows[at + i])) break
      unchanged.push(piece)
      at += piece.rows.length
    }
    return unchanged
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

const isSame = (a, b) => a?.rows.length === b.rows.length && b.rows.every((row, i) => row === a.rows[i])
