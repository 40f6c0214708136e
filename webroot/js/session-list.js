/** The list of sessions as REST tells it: read again when something here changed it, or the server told that something did. */
export class SessionList {
  #api
  #changed
  #timer
  #dueAt = Infinity
  #reading = false
  #again = false
  sessions = []
  cursor = null
  loaded = false
  error = null
  #included = null // a chat that is further down than was read
  #including = null

  constructor({ api, changed }) {
    this.#api = api
    this.#changed = changed
  }

  /** Within that time, and once for many calls: news that keep coming do not put it off. */
  refreshSoon(ms = 400) {
    const at = Date.now() + ms
    if (at >= this.#dueAt) return
    clearTimeout(this.#timer)
    this.#dueAt = at
    this.#timer = setTimeout(() => this.refresh(), ms)
  }

  async refresh() {
    clearTimeout(this.#timer)
    this.#dueAt = Infinity
    if (this.#reading) {
      this.#again = true
      return
    }
    this.#reading = true
    try {
      const page = await this.#api.sessions()
      Object.assign(this, this.#withOlder(page), { loaded: true, error: null })
    } catch (error) {
      this.error = error
    } finally {
      this.#reading = false
    }
    this.#changed()
    if (this.#again) this.refreshSoon()
    this.#again = false
  }

  /**
   * The newest page, and below it what was read further down: all that changed since is above the first that did not. Where
   * everything on the page did, there may be a gap below it, and reading begins anew.
   */
  #withOlder({ sessions, cursor = null }) {
    const known = sessions.some(({ id, updatedAt }) => this.find(id)?.updatedAt === updatedAt)
    if (!cursor || !known) return { sessions, cursor }
    const fresh = new Set(sessions.map(session => session.id))
    const last = Date.parse(sessions.at(-1).updatedAt)
    const older = this.sessions.filter(({ id, updatedAt }) => Date.parse(updatedAt) <= last && !fresh.has(id))
    return older.length ? { sessions: [...sessions, ...older] } : { sessions, cursor }
  }

  async more() {
    const { sessions, cursor } = await this.#api.sessions(this.cursor)
    const known = new Set(this.sessions.map(session => session.id))
    this.sessions = [...this.sessions, ...sessions.filter(session => !known.has(session.id))]
    this.cursor = cursor ?? null
    this.#changed()
  }

  find(id) {
    return this.rows.find(session => session.id === id)
  }

  /** What was read, and the chat that is open. */
  get rows() {
    const included = this.#included
    if (!included || this.sessions.some(({ id }) => id === included.id)) return this.sessions
    const at = this.sessions.findIndex(({ updatedAt }) => Date.parse(updatedAt) < Date.parse(included.updatedAt))
    return this.sessions.toSpliced(at < 0 ? this.sessions.length : at, 0, included)
  }

  /** That chat gets a row, wherever it stands. */
  async include(id) {
    if (!this.cursor || this.find(id) || this.#including === id) return // all were read, or it is among them
    this.#including = id
    try {
      this.#included = await this.#api.session(id)
      this.#changed()
    } catch { /* the chat itself says why it cannot be read */ } finally {
      this.#including = null
    }
  }

  /** Shown at once; taken back if the server refuses. */
  async rename(id, title) {
    const before = this.find(id)?.title
    this.updated(id, { title })
    this.updated(id, await this.#api.rename(id, title).catch(error => {
      this.updated(id, { title: before })
      throw error
    }))
  }

  async remove(id) {
    await this.#api.remove(id)
    this.forget(id)
  }

  /** A `session.updated` that a tab heard: it names what changed. The place in the list stays. */
  updated(id, { title, metadata }) {
    if (!this.find(id)) return
    const change = { ...(title !== undefined && { title }), ...(metadata && { metadata }) }
    const changed = session => session?.id === id ? { ...session, ...change } : session
    this.sessions = this.sessions.map(changed)
    this.#included = changed(this.#included)
    this.#changed()
  }

  forget(id) {
    this.sessions = this.sessions.filter(session => session.id !== id)
    if (this.#included?.id === id) this.#included = null
    this.#changed()
  }

  clear() {
    this.#included = null
    Object.assign(this, { sessions: [], cursor: null, loaded: false })
  }
}
