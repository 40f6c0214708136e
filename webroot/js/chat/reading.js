import { errorWords } from '../words/words.js'

const ATTEMPTS_MAX = 5
const RETRY_MS = 500      // doubled with each attempt
const RETRY_MAX_MS = 10_000
const PLACE_PAGES_MAX = 10 // of older messages, until the place where a chat was left is given up

/** Older messages of the open chat, and the one that the address names. */
export class Reading {
  #app
  #seeking = null // a message that the address names, until it is here
  #place = null   // where the chat was left, until that message is here
  #returning = null
  #reads = new WeakMap() // by chat: the page that is being read

  constructor(app) {
    this.#app = app
  }

  /** `message`: null where the address names none; `place`: where the chat was left, if that is known. */
  seek(message, place = null) {
    this.#seeking = message
    this.#place = place
  }

  /** Whether older messages are read, up to where the chat was left: what is newer is not shown before. */
  get isPlacing() {
    return this.#place !== null
  }

  /** Shows the message that the address names, as soon as the chat is here; older messages are read up to it. */
  async arrive() {
    const { chat } = this.#app
    if (this.#place && chat.view.ready) return this.#return(chat, this.#place)
    const message = this.#seeking
    if (!message || !chat.view.ready) return
    this.#seeking = null
    const isHere = () => chat.view.items.some(({ id }) => id === message)
    await this.#readUntil(isHere)
    if (chat !== this.#app.chat) return
    if (isHere()) this.#app.set({ found: { message, words: this.#app.search.query.trim() } })
    else this.#app.tell('This message is not there any more.')
  }

  async #return(chat, place) {
    if (this.#returning === place) return
    this.#returning = place
    const isHere = () => chat.view.items.some(({ id }) => id === place.message)
    await this.#readUntil(isHere, PLACE_PAGES_MAX)
    if (this.#place !== place) return // somebody went on to another chat
    this.#place = null
    this.#app.set(isHere() ? {} : { place: null })
  }

  /** Not `asked`: because somebody scrolls there, so what fails is said by a button that stays. */
  async earlier({ asked = true } = {}) {
    const { chat } = this.#app
    if (!chat.view.earlier || (chat.earlierFailed && !asked)) return
    if (!this.#reads.has(chat)) this.#reads.set(chat, this.#read(chat).finally(() => this.#reads.delete(chat)))
    chat.earlierFailed = !await this.#reads.get(chat)
  }

  /** A server that is busy, or has lost its database for a moment, is asked again before the reader is told. */
  async #read(chat, attempt = 1) {
    try {
      await chat.loadEarlier()
      return true
    } catch (error) {
      const waitMs = Math.max(error.afterMs ?? 0, RETRY_MS * 2 ** (attempt - 1))
      const isPassing = error.retryable || error instanceof TypeError // that is how `fetch` says that nobody answered
      if (isPassing && attempt < ATTEMPTS_MAX && waitMs <= RETRY_MAX_MS) {
        await new Promise(resolve => setTimeout(resolve, waitMs))
        return chat !== this.#app.chat || this.#read(chat, attempt + 1)
      }
      this.#app.tell(errorWords(error))
      return false
    }
  }

  /** Resolves with whether all of the open chat is here. */
  all() {
    return this.#readUntil(() => false)
  }

  async #readUntil(isEnough, pagesMax = Infinity) {
    const { chat } = this.#app
    for (let i = 0; i < pagesMax && chat === this.#app.chat && chat.view.earlier && !isEnough(); i++) {
      const { length } = chat.view.items
      await this.earlier()
      if (chat.view.items.length === length) break
    }
    return chat === this.#app.chat && !chat.view.earlier
  }
}
