import { say } from '../browser/announcer.js'
import { now } from '../browser/clock.js'

const GONE_MS = 15_000 // the server tells that a chat is gone, or is kept; it may not get through

/** Chats that the server deletes soon because nobody uses them. */
export class Expiring {
  #app
  #ends = new Map() // the time of each, in milliseconds

  constructor(app) {
    this.#app = app
  }

  get isAny() { return this.#ends.size > 0 }

  /** Changes when the list has to. */
  get tick() { return this.isAny && Math.floor(now() / 1_000) }

  warn(id, { title, expiresAt }) {
    this.#ends.set(id, Date.parse(expiresAt))
    say(`The chat “${title || 'without a title'}” is deleted in ${this.words(id)} unless you keep it`)
    this.#app.set({})
  }

  /** It is used again, or gone. */
  over(id) { if (this.#ends.delete(id)) this.#app.set({}) }

  /** How long it is there, in words; null if nothing is known. */
  words(id) {
    const leftS = Math.ceil((this.#ends.get(id) - now()) / 1_000)
    if (Number.isNaN(leftS)) return null
    if (leftS * 1_000 < -GONE_MS) return void this.#ends.delete(id)
    return leftS > 90 ? `${Math.round(leftS / 60)} min` : `${Math.max(0, leftS)} s`
  }

  async keep(id) {
    const done = await this.#app.attempt(() => this.#app.api.call('POST', `/sessions/${encodeURIComponent(id)}/keep`, {}))
    if (!done) return
    this.over(id)
    say('Chat kept')
    document.querySelector(`[data-session="${CSS.escape(id)}"] a`)?.focus()
  }
}
