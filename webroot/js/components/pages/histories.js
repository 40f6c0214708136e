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

  /** Anew, as many as were shown. */
  async show(id) {
    const shown = this.of(id)?.list?.length ?? 0
    if (!this.isOpen(id)) this.#opened.set(id, null)
    const read = await this.#read(id, { list: [], cursor: null }, shown).catch(() => ({ list: null, cursor: null }))
    if (this.isOpen(id)) this.#opened.set(id, read)
    this.#app.set({})
  }

  more(id) {
    return this.#app.attempt(async () => {
      const shown = this.of(id)
      const read = await this.#read(id, shown)
      if (this.of(id) === shown) this.#opened.set(id, read)
      this.#app.set({})
    })
  }

  /** One page more, or as many as are `wanted`. */
  async #read(id, { list, cursor }, wanted = 0) {
    do {
      const page = await this.#app.api.call('GET', this.#pathOf(id) + (cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''))
      list = [...list, ...page[this.#member]]
      cursor = page.cursor ?? null
    } while (cursor && list.length < wanted)
    return { list, cursor }
  }
}
