/** Named events with listeners. A listener that throws does not affect the client. */
export class Emitter {
  #listeners = new Map()

  /** Calls `listener` on each event of that type. Returns a function that removes the listener. */
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set())
    this.#listeners.get(type).add(listener)
    return () => this.#listeners.get(type).delete(listener)
  }

  emit(type, value) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(value)
      } catch (failure) {
        queueMicrotask(() => { throw failure })
      }
    }
  }
}
