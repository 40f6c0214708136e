const PAUSE_MS = 180 // a search begins when typing pauses

/** The search in the list of chats: the server looks through titles and messages. */
export class Search {
  #api
  #changed
  #archived
  #timer
  query = ''
  results = null // null: no search
  cursor = null  // where there are more
  error = null

  /** `archived()`: whether to look only among those, or in all. */
  constructor({ api, changed, archived = () => false }) {
    this.#api = api
    this.#archived = archived
    this.#changed = changed
  }

  get isOn() { return this.query.trim() !== '' }

  type(query) {
    clearTimeout(this.#timer)
    this.query = query
    if (this.isOn) this.#timer = setTimeout(() => this.#run(), PAUSE_MS)
    else Object.assign(this, { results: null, cursor: null, error: null })
    this.#changed()
  }

  /** What was found is called or stands otherwise now. */
  updated(id, change) {
    this.results = this.results?.map(session => session.id === id ? { ...session, ...change } : session) ?? null
  }

  /** Looks again: another list is shown. */
  again() {
    if (this.isOn) this.type(this.query)
  }

  forget(id) {
    this.results = this.results?.filter(session => session.id !== id) ?? null
  }

  async more() {
    const asked = this.query
    const { sessions, cursor = null } = await this.#api.search(asked.trim(), this.cursor, this.#where)
    if (asked !== this.query || !this.results) return
    const known = new Set(this.results.map(session => session.id))
    Object.assign(this, { results: [...this.results, ...sessions.filter(({ id }) => !known.has(id))], cursor })
    this.#changed()
  }

  get #where() { return this.#archived() ? true : 'all' }

  async #run() {
    const asked = this.query
    const answer = await this.#api.search(asked.trim(), null, this.#where).then(
      ({ sessions, cursor = null }) => ({ results: sessions, cursor, error: null }),
      error => ({ results: null, cursor: null, error }))
    if (asked !== this.query) return // a newer one is under way
    Object.assign(this, answer)
    this.#changed()
  }
}
