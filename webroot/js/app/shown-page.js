import { loadPages, parts } from '../later.js'
import { PAGES } from './pages.js'

/** What stands in the place of the chat, where the address names such a page: loaded when one is opened for the first time. */
export class ShownPage {
  #app

  constructor(app) {
    this.#app = app
  }

  /** What the open page shows, once it was loaded. */
  get content() { return this.#app.page && this.#app[PAGES[this.#app.page].field] }

  async show() {
    const { field } = PAGES[this.#app.page]
    if (!this.#app[field]) {
      if (!await loadPages()) return this.#app.refused()
      this.#app[field] ??= new parts.pages[field][0](this.#app)
    }
    this.refresh()
    this.#app.set({})
  }

  refresh() { this.content?.refresh() }

  /** Somebody else reads the pages from now on. */
  clear() {
    for (const { field } of Object.values(PAGES)) this.#app[field] = null
  }
}
