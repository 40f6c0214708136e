/**
 * Ports of `LastingClient` in localStorage, which all tabs of a site share. `name`: of the user, because another user
 * must not send what is stored here. A full or forbidden storage makes the methods throw.
 */
export class BrowserCursors {
  #prefix
  #storage

  constructor(name, storage = globalThis.localStorage) {
    this.#prefix = `reprise.cursor.${name}.`
    this.#storage = storage
  }

  load(session) {
    return parsed(this.#storage.getItem(this.#prefix + session))
  }

  save(session, cursor) {
    this.#storage.setItem(this.#prefix + session, JSON.stringify(cursor))
  }

  remove(session) {
    this.#storage.removeItem(this.#prefix + session)
  }
}

/** Each command has a key of its own, so that tabs do not overwrite each other's. */
export class BrowserOutbox {
  #prefix
  #storage

  constructor(name, storage = globalThis.localStorage) {
    this.#prefix = `reprise.command.${name}.`
    this.#storage = storage
  }

  all() {
    const keys = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index))
    return keys.filter(key => key.startsWith(this.#prefix))
      .map(key => parsed(this.#storage.getItem(key)))
      .filter(Boolean)
      .sort((one, other) => one.at - other.at || one.order - other.order)
  }

  add(entry) {
    const key = this.#prefix + entry.frame.id
    if (this.#storage.getItem(key) !== null) return
    const order = 1 + Math.max(0, ...this.all().map(other => other.order))
    this.#storage.setItem(key, JSON.stringify({ ...entry, order }))
  }

  remove(id) {
    this.#storage.removeItem(this.#prefix + id)
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) ?? undefined
  } catch {
    return undefined // written by something else
  }
}
