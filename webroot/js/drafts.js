import { ofTab } from './storage.js'

const PREFIX = 'reprise.draft.'

/** Unsent texts by chat; '' is the key of a new chat. They survive a reload of the tab. */
export class Drafts {
  #storage

  constructor({ storage = ofTab } = {}) {
    this.#storage = storage
  }

  of(chat) {
    return this.#storage.getItem(PREFIX + (chat ?? '')) ?? ''
  }

  put(chat, text) {
    if (text) this.#storage.setItem(PREFIX + (chat ?? ''), text)
    else this.#storage.removeItem(PREFIX + (chat ?? ''))
  }

  clear() {
    for (const key of this.#storage.keys()) if (key.startsWith(PREFIX)) this.#storage.removeItem(key)
  }
}
