/** Lists that belong to entries of a page, such as what became of a reminder, of those that were opened. The newest come first. */
export class Histories {
  #app
  #pathOf
  #member
  #opened = new Map() // by id: { list, cursor }; null while it is read

  /** `pathOf`: of an id, with a limit; `member`: of an answer that has its entries. */
  constructor(app, pathOf, member) {
    this.#app = app
    this.#pathOf = pathOf
    this.#member = member
  }

  get ids() { return [...this.#opened.keys()] }

  /** { list, cursor }: the list is null if it could not be read, the cursor if there are no older ones. Nothing while it is closed or read. */
  of(id) { return this.#opened.get(id) }
  isOpen(id) { return this.#opened.has(id) }
  hide(id) { this.#opened.delete(id) }

  refresh() { return Promise.all(this.ids.map(id => this.show(id))) }

  /** Anew, as many as are shown at its end. */
  async show(id) {
    if (!this.isOpen(id)) this.#opened.set(id, null)
    let read = { list: [], cursor: null }
    try {
      do read = await this.#longer(id, read)
      while (read.cursor && read.list.length < (this.of(id)?.list?.length ?? 0))
    } catch {
      read = { list: null, cursor: null }
    }
    if (this.isOpen(id)) this.#opened.set(id, read)
    this.#app.set({})
  }

  more(id) {
    return this.#app.attempt(async () => {
      let shown, read
      do {
        shown = this.of(id)
        if (!shown?.cursor) return
        read = await this.#longer(id, shown)
      } while (this.of(id) !== shown) // it was read anew meanwhile
      this.#opened.set(id, read)
      this.#app.set({})
    })
  }

  /** With one page more. */
  async #longer(id, { list, cursor }) {
    const page = await this.#app.api.call('GET', this.#pathOf(id) + (cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''))
    return { list: [...list, ...page[this.#member]], cursor: page.cursor ?? null }
  }
}
