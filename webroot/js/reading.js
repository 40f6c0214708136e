/** Older messages of the open chat, and the one that the address names. */
export class Reading {
  #app
  #seeking = null // a message that the address names, until it is here

  constructor(app) {
    this.#app = app
  }

  /** `message`: null where the address names none. */
  seek(message) {
    this.#seeking = message
  }

  /** Shows the message that the address names, as soon as the chat is here; older messages are read up to it. */
  async arrive() {
    const { chat } = this.#app
    const message = this.#seeking
    if (!message || !chat.view.ready) return
    this.#seeking = null
    const isHere = () => chat.view.items.some(({ id }) => id === message)
    await this.#readUntil(isHere)
    if (chat !== this.#app.chat) return
    if (isHere()) this.#app.set({ found: { message, words: this.#app.search.query.trim() } })
    else this.#app.tell('This message is not there any more.')
  }

  /** Not `asked`: because somebody scrolls there, so what fails is said by a button that stays. */
  async earlier({ asked = true } = {}) {
    const { chat } = this.#app
    if (!chat.view.earlier || (chat.earlierFailed && !asked)) return
    chat.earlierFailed = !await this.#app.attempt(() => chat.loadEarlier())
  }

  /** As far as they can be read. */
  all() {
    return this.#readUntil(() => false)
  }

  async #readUntil(isEnough) {
    const { chat } = this.#app
    while (chat === this.#app.chat && chat.view.earlier && !isEnough()) {
      const { length } = chat.view.items
      await this.earlier()
      if (chat.view.items.length === length) return
    }
  }
}
