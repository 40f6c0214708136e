import { problem } from './problem.js'

const PAGE = 200 // most entries of one answer
const PAGES_MAX = 200 // more than the catalogue can have

/** The few REST calls of the page. */
export class Api {
  #auth

  constructor(auth) {
    this.#auth = auth
  }

  session(id) { return this.#call('GET', of(id)) }

  newest(id, limit) { return this.#call('GET', of(id, `/messages?limit=${limit}`)) }

  sessions(cursor, archived = false) {
    return this.#call('GET', `/sessions?limit=50&archived=${archived}${from(cursor)}`)
  }

  /** `archived`: false, true or `all`. */
  search(words, cursor, archived) {
    return this.#call('GET', `/sessions?limit=50&archived=${archived}&q=${encodeURIComponent(words)}${from(cursor)}`)
  }

  rename(id, title) { return this.change(id, { title }) }

  /** `change`: title, pinned, archived, muted, or some of them. */
  change(id, change) { return this.#call('PATCH', of(id), change) }
  /** All up to that event was seen. */
  read(id, seq) { return this.#call('PUT', of(id, '/read'), { seq }) }
  remove(id) { return this.#call('DELETE', of(id)) }
  clear(id) { return this.#call('POST', of(id, '/clear'), {}) }

  messagesBefore(id, seq) {
    return this.#call('GET', of(id, `/messages?before=${encodeURIComponent(seq)}&limit=100`))
  }

  /** What the chat was before it was changed, the newest first. */
  versions(id) { return this.all(of(id, '/versions'), 'versions') }

  versionMessages(id, asOf, before) {
    return this.#call('GET', of(id, `/versions/${asOf}/messages?limit=100${before ? `&before=${before}` : ''}`))
  }

  /** The conversation as a file; `format`: `markdown` or `json`. */
  exported(id, format) { return this.file(of(id, `/export?format=${format}`)) }

  async file(path) { return (await this.#fetch('GET', path)).blob() }

  /** `recall`: text, schedule and how it runs. */
  addRecall(id, recall) { return this.#call('POST', of(id, '/recalls'), recall) }

  /** `change`: some of what makes a recall. */
  editRecall(recall, change) { return this.#call('PATCH', `/recalls/${encodeURIComponent(recall)}`, change) }

  /** What a schedule means: { kind, schedule, next }, or { refused }: why it would not be taken. */
  previewRecall(schedule) { return this.#call('POST', '/recall-preview', { schedule }) }

  recalls(query) { return this.#call('GET', `/recalls?${query}`) }
  skipRecall(recall) { return this.#call('POST', `/recalls/${encodeURIComponent(recall)}/skip`, {}) }
  pauseRecall(recall) { return this.#call('POST', `/recalls/${encodeURIComponent(recall)}/pause`, {}) }
  resumeRecall(recall) { return this.#call('POST', `/recalls/${encodeURIComponent(recall)}/resume`, {}) }
  cancelRecall(recall) { return this.#call('DELETE', `/recalls/${encodeURIComponent(recall)}`) }

  preferences() { return this.#call('GET', '/preferences') }
  prefer(change) { return this.#call('PATCH', '/preferences', change) }

  /** For pages that are loaded when they are opened. */
  call(...what) { return this.#call(...what) }

  /** Everything that a list has, read page by page. `member`: of each answer that has its entries. */
  async all(path, member) { return (await this.whole(path, member))[member] }

  /** The first answer, with the entries of all pages. */
  async whole(path, member, size = PAGE) {
    const whole = await this.#call('GET', `${path}?limit=${size}`)
    let { cursor } = whole
    for (let i = 1; i < PAGES_MAX && cursor; i++) {
      const page = await this.#call('GET', `${path}?limit=${size}${from(cursor)}`)
      whole[member].push(...page[member])
      cursor = page.cursor
    }
    return whole
  }

  async #call(method, path, body) {
    const response = await this.#fetch(method, path, body)
    return response.headers.get('content-type')?.includes('json') ? response.json() : null
  }

  async #fetch(method, path, body, again = true) {
    if (!this.#auth.isKnown && again) await this.#auth.fetchToken()
    const { token } = this.#auth
    const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(body && { 'content-type': 'application/json' }) }
    const response = await fetch(this.#auth.base + path, { method, headers, body: body && JSON.stringify(body) })
    if (response.status === 401 && again) {
      await this.#auth.fetchToken()
      return this.#fetch(method, path, body, false)
    }
    if (!response.ok) throw await problem(response)
    return response
  }
}

const from = cursor => cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''

const of = (id, rest = '') => `/sessions/${encodeURIComponent(id)}${rest}`
