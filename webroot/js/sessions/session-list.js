const KNOWN_MAX = 20 // chats that a tab was told of and reads one by one

/** As the server orders them: pinned ones first, and of both the newest first. */
const inOrder = (a, b) => Boolean(b.pinned) - Boolean(a.pinned) || Date.parse(b.updatedAt) - Date.parse(a.updatedAt)

/**
 * The list of sessions as REST tells it, or that of archived ones: read again when something here changed it, or the server
 * told that something did.
 */
export class SessionList {
  #api
  #changed
  #timer
  #dueAt = Infinity
  #reading = false
  #again = false
  #heard = new Set() // chats that are to be here and are not
  #asking = new Set() // for each answer that is awaited: what was deleted since it was asked for
  archived
  sessions = []
  cursor = null
  loaded = false
  error = null
  #included = null // a chat that is further down than was read
  #including = null

  constructor({ api, changed, archived = false }) {
    this.#api = api
    this.#changed = changed
    this.archived = archived
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
      const page = await this.#page(null)
      Object.assign(this, this.#withOlder(page), { loaded: true, error: null })
      this.#lookAtIncluded()
      await this.#admit()
    } catch (error) {
      this.error = error
    } finally {
      this.#reading = false
    }
    this.#changed()
    if (this.#again) this.refreshSoon()
    this.#again = false
  }

  /** Nobody knows what was missed: as much as was read is read again. */
  async reread() {
    const wanted = this.sessions.length
    let { sessions, cursor = null } = await this.#page(null)
    while (cursor && sessions.length < wanted) {
      const next = await this.#page(cursor)
      sessions = [...sessions, ...next.sessions]
      cursor = next.cursor ?? null
    }
    Object.assign(this, { sessions, cursor, loaded: true, error: null })
    this.#lookAtIncluded()
    this.#changed()
  }

  /**
   * The first page, and below it what was read further down: all that changed since is above the first that did not. Where
   * everything on the page did, there may be a gap below it, and reading begins anew. Pinned ones say nothing of those below.
   */
  #withOlder({ sessions, cursor = null }) {
    const before = new Map(this.sessions.map(session => [session.id, session]))
    const last = sessions.at(-1)
    const known = sessions.some(session => {
      const same = before.get(session.id)
      return same && same.updatedAt === session.updatedAt && [same, session].every(one => !one.pinned === !last.pinned)
    })
    if (!cursor || !known) return { sessions, cursor }
    const fresh = new Set(sessions.map(session => session.id))
    const older = this.sessions.filter(session => inOrder(last, session) <= 0 && !fresh.has(session.id))
    return older.length ? { sessions: [...sessions, ...older] } : { sessions, cursor }
  }

  /** What came here from the other list may stand further down than the first page. */
  async #admit() {
    const ids = [...this.#heard].filter(id => !this.sessions.some(session => session.id === id)).slice(0, KNOWN_MAX)
    this.#heard.clear()
    for (const id of ids) {
      this.place(await this.#one(id).catch(() => null)) // it may be gone by now
    }
  }

  async more() {
    const { sessions, cursor } = await this.#page(this.cursor)
    const known = new Set(this.sessions.map(session => session.id))
    this.sessions = [...this.sessions, ...sessions.filter(session => !known.has(session.id))]
    this.cursor = cursor ?? null
    this.#changed()
  }

  find(id) {
    return this.sessions.find(session => session.id === id) ?? (this.#included?.id === id ? this.#included : undefined)
  }

  /** What was read, and the chat that is open, unless it is in the other list. */
  get rows() {
    const included = this.#included
    if (!included || Boolean(included.archived) !== this.archived || this.sessions.some(({ id }) => id === included.id)) return this.sessions
    const at = this.sessions.findIndex(session => inOrder(session, included) > 0)
    return this.sessions.toSpliced(at < 0 ? this.sessions.length : at, 0, included)
  }

  /** That chat gets a row, wherever it stands; one of the other list is only known then. */
  async include(id) {
    if (this.find(id) || this.#including === id) return
    this.#including = id
    try {
      this.#included = await this.#one(id)
      this.#changed()
    } catch { /* the chat itself says why it cannot be read */ } finally {
      this.#including = null
    }
  }

  /** One that belongs into what was read now has its place there, or is gone. */
  #lookAtIncluded() {
    const included = this.#included
    if (!included || Boolean(included.archived) !== this.archived) return
    const { cursor, sessions } = this
    if (!cursor || inOrder(included, sessions.at(-1)) <= 0) this.#included = null
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

  /**
   * What a tab heard of a session: it names what changed. Its time stays, and so does its place, unless it is pinned or is in
   * the other list now.
   */
  updated(id, change) {
    const { title, metadata, pinned, archived, muted, unread } = change
    const news = Object.fromEntries(Object.entries({ title, metadata: metadata ?? undefined, pinned, archived, muted, unread })
      .filter(([, value]) => value !== undefined))
    if (!this.find(id)) {
      if (archived === this.archived) this.#heard.add(id)
      else this.#heard.delete(id)
      return
    }
    const renewed = session => session?.id === id ? { ...session, ...news } : session
    const before = this.sessions.find(session => session.id === id)
    this.#included = renewed(this.#included)
    this.sessions = this.sessions.map(renewed)
    if (before && (Boolean(before.pinned) !== Boolean(pinned ?? before.pinned) || (archived ?? this.archived) !== this.archived)) {
      this.sessions = this.sessions.filter(session => session.id !== id)
      this.place(renewed(before))
    }
    this.#changed()
  }

  /** Puts it where it belongs, unless that is further down than was read, or in the other list. */
  place(session) {
    if (!session || Boolean(session.archived) !== this.archived || this.sessions.some(({ id }) => id === session.id)) return
    const at = this.sessions.findIndex(other => inOrder(other, session) > 0)
    if (at < 0 && this.cursor) return
    this.sessions = this.sessions.toSpliced(at < 0 ? this.sessions.length : at, 0, session)
    this.#changed()
  }

  forget(id) {
    this.#heard.delete(id)
    this.#asking.forEach(gone => gone.add(id))
    this.sessions = this.sessions.filter(session => session.id !== id)
    if (this.#included?.id === id) this.#included = null
    this.#changed()
  }

  /** As the server tells it, without what was deleted while it told. */
  async #page(cursor) {
    const [page, gone] = await this.#answer(() => this.#api.sessions(cursor, this.archived))
    return { ...page, sessions: page.sessions.filter(({ id }) => !gone.has(id)) }
  }

  /** Null if it was deleted meanwhile. */
  async #one(id) {
    const [session, gone] = await this.#answer(() => this.#api.session(id))
    return gone.has(id) ? null : session
  }

  async #answer(ask) {
    const gone = new Set()
    this.#asking.add(gone)
    try {
      return [await ask(), gone]
    } finally {
      this.#asking.delete(gone)
    }
  }

  clear() {
    this.#included = null
    this.#heard.clear()
    Object.assign(this, { sessions: [], cursor: null, loaded: false })
  }
}
