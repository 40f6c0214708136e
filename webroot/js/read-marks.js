import { shared } from './storage.js'

const MARKS_MAX = 2_000

/** How far this browser has read each chat, shared by its tabs. Later messages are marked as new in the list. */
export class ReadMarks {
  #key
  #storage
  #since = null // the newest change in the first list that this browser saw: everything up to it counts as read
  #read = new Map()
  #readAt = new Map() // the time of the last change that was read
  revision = 0        // another one: what is unread may be another

  constructor({ user, storage = shared }) {
    this.#key = `reprise.read.${user}`
    this.#storage = storage
    this.load()
  }

  /** Call it with each list. `updatedAt` is a time of the server, so it is only compared with other such times. */
  listed(sessions) {
    sessions.forEach(session => this.#calm(session))
    if (this.#since !== null) return
    this.#since = sessions.map(session => session.updatedAt).sort().at(-1) ?? ''
    this.save()
  }

  /** A new title, a pin: what changes the log and not the time is no news. */
  #calm({ id, head, updatedAt }) {
    if (head > this.#read.get(id) && this.#readAt.get(id) === updatedAt) this.read(id, head)
    if (head <= this.#read.get(id)) this.#readAt.set(id, updatedAt)
  }

  isUnread({ id, head, updatedAt }) {
    const seq = this.#read.get(id)
    return seq === undefined ? this.#since !== null && updatedAt > this.#since : head > seq
  }

  read(id, seq) {
    if (seq <= (this.#read.get(id) ?? 0)) return
    this.#read.delete(id) // re-inserted at the end, so that the least recently read chat is removed first
    this.#read.set(id, seq)
    this.revision++
  }

  /** Loads what other tabs have read. */
  load() {
    const { since, read } = this.#stored()
    this.#since = since ?? this.#since
    this.revision++
    for (const [id, seq] of read) this.read(id, seq)
  }

  save() {
    this.load()
    const read = [...this.#read].slice(-MARKS_MAX)
    this.#storage.setItem(this.#key, JSON.stringify({ since: this.#since, read }))
  }

  isKey(key) {
    return key === this.#key
  }

  #stored() {
    try {
      const { since, read } = JSON.parse(this.#storage.getItem(this.#key))
      return { since, read: read.filter(([id, seq]) => typeof id === 'string' && Number.isSafeInteger(seq)) }
    } catch {
      return { read: [] } // absent or invalid: it is written again
    }
  }
}
