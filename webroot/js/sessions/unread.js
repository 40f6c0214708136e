/** Which chats have something new, by what the server counts. */
export class Unread {
  #app
  #place

  /** `place()`: where the open chat is being read; null at its end. */
  constructor(app, { place }) {
    this.#app = app
    this.#place = place
  }

  /** How many chats have something new: an answer, unless they are muted, or a question. */
  get count() {
    return this.#app.lists.main.sessions.filter(session => this.has(session) && !session.muted || this.#isWaiting(session)).length
  }

  has(session) {
    return session.unread > 0 && !session.running && !this.#isSeen(session)
  }

  #isWaiting(session) { return session.waiting && !this.#isSeen(session) }

  #isSeen(session) { return session.id === this.#app.chat.id && this.isLookedAt }

  /** Whether somebody has the end of the open chat before them. */
  get isLookedAt() {
    return document.visibilityState === 'visible' && !this.#app.page && !this.#app.doc && this.#place() === null
  }
}
