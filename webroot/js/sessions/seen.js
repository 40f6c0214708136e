const AGAIN_MS = 1_000
const FAILED_MS = 10_000

/** What is not counted as unread, but may be about to be told elsewhere: a question, or a failure at the end. */
const isUnheard = view => Boolean(view && !view.run && (view.interrupts?.length || view.outcomes?.[view.lastRun?.id]?.type === 'error'))

/**
 * Tells the server what the person has seen: all of the open chat, while the page is visible and the chat is at its end. The
 * server counts what is unread, so all tabs and devices agree.
 */
export class Seen {
  #app
  #wait
  #told = {}  // what was told last, and what the server answered
  #first = {} // what was there when somebody looked at the open chat first

  /** `wait`: calls a function after that many milliseconds. */
  constructor(app, { wait = (action, ms) => setTimeout(action, ms) } = {}) {
    this.#app = app
    this.#wait = wait
  }

  /** After each render: at most one request at a time, and none where nothing is unread. */
  look() {
    const { chat } = this.#app
    if (chat?.id && chat.view.ready && this.#first.id !== chat.id) this.#first = { id: chat.id, seq: chat.view.seq }
    const unread = this.#app.lists.find(chat?.id)?.unread
    if ((!unread && !(this.#app.server?.offers.push && isUnheard(chat?.view))) || this.#told.busy || !this.#app.unread.isLookedAt || !chat.view.ready) return
    const { id, view: { seq } } = chat
    if (this.#told.id === id && this.#told.seq === seq && this.#told.left === unread) return // it begins behind what is here
    this.#tell(id, seq)
  }

  /** Before the chat is left, what came within the last pause: nobody will look again, and the count of the list may be older. */
  leave() {
    const { chat, lists, unread } = this.#app
    if (!chat?.id || !chat.view.ready || !unread.isLookedAt) return
    const { id, view: { seq } } = chat
    const isTold = this.#told.id === id && this.#told.seq === seq
    const isNew = this.#first.id === id && this.#first.seq < seq
    if (!isTold && (isNew || lists.find(id)?.unread)) this.#tell(id, seq)
  }

  async #tell(id, seq) {
    const told = this.#told = { id, seq, busy: true }
    let waitMs = AGAIN_MS
    try {
      const { unread } = await this.#app.api.read(id, seq)
      told.left = unread
      if (this.#told === told || this.#told.id !== id) this.#app.lists.updated(id, { unread })
    } catch {
      waitMs = FAILED_MS // another look tries it again
    }
    this.#wait(() => {
      told.busy = false
      this.#app.set({})
    }, waitMs)
  }
}
