import { ReadMarks } from './read-marks.js'

/** Which chats have something new for this person. */
export class Unread {
  #app
  marks = null // what was read of each chat; there from the first list on, which tells who reads

  constructor(app) {
    this.#app = app
  }

  /** How many chats have something new. */
  get count() {
    return this.#app.lists.main.sessions.filter(session => this.has(session)).length
  }

  has(session) {
    const isSeen = session.id === this.#app.chat.id && document.visibilityState === 'visible'
    return !isSeen && !session.running && Boolean(this.marks?.isUnread(session))
  }

  /** The list was read. */
  listed(sessions) {
    this.marks ??= new ReadMarks({ user: this.#app.auth.user })
    this.marks.listed(sessions)
    this.read(this.#app.chat)
  }

  /** All of a chat that is on a visible page counts as read. */
  read(chat) {
    if (!this.marks || !chat?.id || chat !== this.#app.chat || !chat.view.ready) return
    if (document.visibilityState !== 'visible') return
    this.marks.read(chat.id, chat.view.seq)
    this.marks.save()
  }

  /** Another tab has read something. */
  storageChanged(key) {
    if (!this.marks?.isKey(key)) return
    this.marks.load()
    this.#app.set({})
  }

  clear() {
    this.marks = null
  }
}
