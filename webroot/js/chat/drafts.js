import { ofTab } from '../browser/storage.js'

const PREFIX = 'reprise.draft.'
const SAVE_MS = 400 // to store a text takes longer than all else that the page does for a letter

/** Unsent texts by chat; '' is the key of a new chat. They survive a reload of the tab. */
export class Drafts {
  #storage
  #unsaved = new Map()
  #timer = null

  constructor({ storage = ofTab } = {}) {
    this.#storage = storage
  }

  of(chat) {
    const key = PREFIX + (chat ?? '')
    return this.#unsaved.get(key) ?? this.#storage.getItem(key) ?? ''
  }

  /** Stored soon; a text that was sent goes at once, so that it does not come back after a crash. */
  put(chat, text) {
    const key = PREFIX + (chat ?? '')
    if (text) {
      this.#unsaved.set(key, text)
      this.#timer ??= setTimeout(() => this.save(), SAVE_MS)
    } else {
      this.#unsaved.delete(key)
      this.#storage.removeItem(key)
    }
  }

  /** Stores what is not stored yet: before the page may be gone. */
  save() {
    clearTimeout(this.#timer)
    this.#timer = null
    for (const [key, text] of this.#unsaved) this.#storage.setItem(key, text)
    this.#unsaved.clear()
  }

  clear() {
    this.#unsaved.clear()
    for (const key of this.#storage.keys()) if (key.startsWith(PREFIX)) this.#storage.removeItem(key)
  }
}
