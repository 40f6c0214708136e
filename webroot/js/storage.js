/**
 * What the browser keeps for this page. Where it forbids that, or has no room, the page itself keeps it as long as it is
 * open: everything works, and is forgotten afterwards.
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

/** For all tabs, until somebody removes it. */
export const shared = new Kept('localStorage')

/** For this tab, as long as it is open, also over a reload. */
export const ofTab = new Kept('sessionStorage')
