import { ofTab } from './storage.js'

const PREFIX = 'reprise.draft.'

/** What is written in each chat and not sent; '' stands for the chat that begins with it. Kept over a reload of the tab. */
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
