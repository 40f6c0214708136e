import { nameOf } from './session-names.js'

/** The chats from which others were forked, or whose reminders made others: their names, which the list may not have. */
export class Origins {
  #api
  #list
  #changed
  #read = new Map() // by chat: its summary, null while it is read, or `gone`

  constructor({ api, list, changed }) {
    this.#api = api
    this.#list = list
    this.#changed = changed
  }

  /**
   * Where the chat was forked from: { session?, message?, version?, isRecalled?, name }, name null where it is not there any more (a fork
   * of a deleted chat does not tell which it was) or belongs to somebody else; undefined for a chat that is no fork, or as long as that is not known.
   */
  of(id) {
    const { forkedFrom, recalledFrom } = this.#list.find(id)?.metadata ?? {}
    const from = forkedFrom ?? (recalledFrom && typeof recalledFrom === 'object' ? { ...recalledFrom, isRecalled: true } : undefined)
    if (!from || typeof from !== 'object') return undefined
    if (typeof from.session !== 'string') return { ...from, name: null }
    const listed = this.#list.find(from.session) ?? this.#summary(from.session)
    if (listed === null) return undefined
    return { ...from, name: listed === 'gone' ? null : nameOf(listed) }
  }

  #summary(session) {
    if (!this.#read.has(session)) this.#ask(session)
    return this.#read.get(session)
  }

  async #ask(session) {
    this.#read.set(session, null)
    try {
      this.#read.set(session, await this.#api.session(session))
    } catch (error) {
      if (error.code === 'not_found') this.#read.set(session, 'gone')
      else this.#read.delete(session)
    }
    this.#changed()
  }
}
