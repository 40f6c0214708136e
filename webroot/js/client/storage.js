/**
 * Ports of `LastingClient`, and their default: memory. Each method may return a promise.
 *
 * Cursors: load(session) -> { epoch, seq } or nothing, save(session, cursor), remove(session).
 * Outbox: all() -> entries in the order in which they were added, add(entry), remove(id of its frame). An entry is
 * { at, frame }; adding one with the id of another changes nothing.
 */
export class MemoryCursors {
  #cursors = new Map()

  load(session) { return this.#cursors.get(session) }

  save(session, cursor) { this.#cursors.set(session, cursor) }

  remove(session) { this.#cursors.delete(session) }
}

export class MemoryOutbox {
  #entries = new Map()

  all() { return [...this.#entries.values()] }

  add(entry) { if (!this.#entries.has(entry.frame.id)) this.#entries.set(entry.frame.id, entry) }

  remove(id) { this.#entries.delete(id) }
}
