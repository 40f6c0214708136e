import { ofTab } from '../browser/storage.js'

const NAME = 'reprise.places'
const PLACES_MAX = 50

/** Where somebody was reading in each chat, as { message, offset }, see autoscroll.js. Kept over a reload of the tab. */
export class Places {
  #storage

  constructor({ storage = ofTab } = {}) {
    this.#storage = storage
  }

  /** null: at the end. */
  of(chat) {
    return this.#read().find(place => place.chat === chat) ?? null
  }

  put(chat, place) {
    const others = this.#read().filter(other => other.chat !== chat)
    const places = place ? [...others, { ...place, chat }] : others
    this.#storage.setItem(NAME, JSON.stringify(places.slice(-PLACES_MAX)))
  }

  clear() {
    this.#storage.removeItem(NAME)
  }

  #read() {
    try {
      const places = JSON.parse(this.#storage.getItem(NAME))
      return Array.isArray(places) ? places : []
    } catch {
      return [] // somebody else wrote there
    }
  }
}
