import { SessionList } from './session-list.js'
import { errorWords } from '../words/words.js'

const PAGE = 50 // chats that a list reads at once

/** The list of chats and that of archived ones, of which one is shown. */
export class Lists {
  #app
  main
  archive // read once it is looked at
  showsArchive = false
  stop = null // the chat whose row has the focus

  /** `changed`: called after each change of what may be shown. */
  constructor(app, { api, changed }) {
    this.#app = app
    this.main = new SessionList({ api, changed: () => this.#listed(changed) })
    this.archive = new SessionList({ api, changed, archived: true })
  }

  get #all() { return [this.main, this.archive] }

  /** The one that is shown. */
  get shown() { return this.showsArchive ? this.archive : this.main }

  find(id) { return this.main.find(id) ?? this.archive.find(id) }

  /** The one that knows it. */
  of(id) { return this.#all.find(list => list.find(id)) ?? this.main }

  showArchive(showsArchive) {
    this.showsArchive = showsArchive
    if (showsArchive) this.archive.refresh()
    this.#app.set({ picking: null })
    this.#app.search.again()
  }

  /** Chats stand elsewhere now, in both lists; `change` null: as they are given, because the server refused. */
  arranged(sessions, change) {
    for (const session of sessions) {
      const { id, pinned = false, archived = false, muted = false } = session
      this.updated(id, change ?? { pinned, archived, muted })
      this.#all.forEach(list => list.place({ ...session, ...change }))
    }
  }

  /** A chat has changed, as a list shows it. */
  updated(id, change) {
    this.#all.forEach(list => list.updated(id, change))
    this.#app.search.updated(id, change)
  }

  /** They are read again, as far as they are looked at. */
  refreshSoon(ms) {
    this.main.refreshSoon(ms)
    if (this.showsArchive) this.archive.refreshSoon(ms)
  }

  /** Nobody was told what happened: what was read is read again, as far as it was. */
  reread() {
    for (const list of this.#all) {
      if (list.sessions.length > PAGE) list.reread().catch(error => this.#app.tell(errorWords(error)))
    }
  }

  forget(id) {
    this.#all.forEach(list => list.forget(id))
    this.#app.search.forget(id)
  }

  clear() {
    this.#all.forEach(list => list.clear())
    this.showsArchive = false
  }

  /** What the list shows now: what was found, or chats. */
  get #rows() {
    const { search } = this.#app
    return search.isOn ? search.results ?? [] : this.shown.rows
  }

  /** The chat with which the tab key enters the list. */
  get tabStop() {
    const rows = this.#rows
    const isThere = id => id !== null && rows.some(row => row.id === id)
    return [this.stop, this.#app.chat.id].find(isThere) ?? rows[0]?.id
  }

  /** The chat above (-1) or below (1) that one. */
  next(id, step) {
    const shown = this.#app.search.results ?? this.shown.rows
    return shown[shown.findIndex(session => session.id === id) + step]
  }

  /** The open chat has its row and its name also when it is further down than the list was read. */
  includeOpen() {
    const { id, missing, view } = this.#app.chat
    const exists = this.main.cursor || view.ready // one that is not in a list read to its end may be in no list
    if (id && !missing && this.main.loaded && exists && !this.find(id)) this.main.include(id)
  }

  #listed(changed) {
    if (this.main.loaded) this.includeOpen()
    changed()
  }
}
