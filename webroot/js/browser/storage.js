/**
 * Storage of the browser for this page. If the browser forbids it or has no space, the values are kept in memory until
 * the page is closed.
 */
class Kept {
  #browser
  #own = new Map()

  constructor(name) {
    try {
      this.#browser = globalThis[name]
    } catch { /* a browser that is told to keep nothing refuses even the name */ }
  }

  getItem(key) {
    return this.#own.get(key) ?? this.#browser?.getItem(key) ?? null
  }

  setItem(key, value) {
    this.#own.delete(key)
    try {
      this.#browser.setItem(key, value)
    } catch {
      this.#own.set(key, value)
    }
  }

  removeItem(key) {
    this.#own.delete(key)
    this.#browser?.removeItem(key)
  }

  keys() {
    return [...Object.keys(this.#browser ?? {}), ...this.#own.keys()]
  }
}

/** For all tabs, until it is removed. */
export const shared = new Kept('localStorage')

/** For this tab, until it is closed; survives a reload. */
export const ofTab = new Kept('sessionStorage')
