/** The few REST calls of the page. */
export class Api {
  #auth

  constructor(auth) {
    this.#auth = auth
  }

  sessions(cursor) {
    return this.#call('GET', `/sessions?limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
  }

  remove(id) {
    return this.#call('DELETE', `/sessions/${encodeURIComponent(id)}`)
  }

  /** `title` null: back to the one that was made from the first exchange. */
  rename(id, title) {
    return this.#call('PATCH', `/sessions/${encodeURIComponent(id)}`, { body: { title } })
  }

  messagesBefore(id, seq) {
    return this.#call('GET', `/sessions/${encodeURIComponent(id)}/messages?before=${encodeURIComponent(seq)}&limit=100`)
  }

  async #call(method, path, { body, again = true } = {}) {
    if (!this.#auth.token && again) await this.#auth.fetchToken()
    const { token } = this.#auth
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    }
    const response = await fetch(`/api/v1${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    if (response.status === 401 && again) {
      await this.#auth.fetchToken()
      return this.#call(method, path, { body, again: false })
    }
    if (!response.ok) throw await problem(response)
    return response.status === 204 ? null : response.json()
  }
}

async function problem(response) {
  const { code = 'internal', message } = await response.json().catch(() => ({}))
  const { status } = response
  return Object.assign(new Error(message ?? `The server answered ${status}.`), { code, status })
}
