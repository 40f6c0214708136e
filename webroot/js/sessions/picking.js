import { inTurn } from '../app/in-turn.js'
import { say } from '../browser/announcer.js'
import { afterRender } from '../browser/render.js'
import { askBefore } from '../components/dialog.js'
import { arrange } from './session-actions.js'

/** Several chats of the list that are chosen together, and what is done with them. */
export class Picking {
  #app
  #last = null // where a range begins
  ids = new Set()

  constructor(app, id) {
    this.#app = app
    if (id) this.ids.add(this.#last = id)
  }

  get #rows() { return this.#app.lists.shown.rows }

  /** Those that are still in the list. */
  get chosen() { return this.#rows.filter(({ id }) => this.ids.has(id)) }

  /** `toHere`: with all between it and the one that was chosen last. */
  toggle(id, toHere) {
    const wanted = !this.ids.has(id)
    const rows = this.#rows.map(session => session.id)
    const [from, to] = [rows.indexOf(toHere ? this.#last : id), rows.indexOf(id)].sort((a, b) => a - b)
    for (const each of from < 0 ? [id] : rows.slice(from, to + 1)) {
      if (wanted) this.ids.add(each)
      else this.ids.delete(each)
    }
    this.#last = id
    this.#show()
  }

  /** All that were read, or none. */
  toggleAll() {
    const all = this.#rows
    this.ids = new Set(this.chosen.length === all.length ? [] : all.map(({ id }) => id))
    this.#show()
  }

  /** To the other list, and back with one click. */
  archive() {
    const { chosen } = this
    if (!chosen.length) return
    this.end()
    return arrange(this.#app, chosen, { archived: !this.#app.lists.shown.archived })
  }

  askDelete() {
    const { chosen } = this
    if (!chosen.length) return
    const what = chosen.length === 1 ? 'this chat' : `these ${chosen.length} chats`
    const words = 'Their messages and reminders go with them. This cannot be undone.'
    askBefore({ title: `Delete ${what}?`, words, yes: 'Delete' }, () => this.#delete(chosen))
  }

  async #delete(chosen) {
    this.end()
    const app = this.#app
    const failed = await inTurn(chosen, ({ id }) => app.removed(id))
    const done = chosen.length - failed.length
    app.tell(failed.length ? `${done} of ${chosen.length} chats deleted; the others are still here.`
      : done === 1 ? 'Chat deleted' : `${done} chats deleted`, { calm: !failed.length })
  }

  end() {
    this.#app.set({ picking: null })
    afterRender(() => document.getElementById('pick-chats')?.focus())
  }

  #show() {
    say(`${this.chosen.length} selected`)
    this.#app.set({})
  }
}
