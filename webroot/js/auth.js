const USER = 'reprise.user'
const TOKEN = 'reprise.token'

/**
 * Who this browser is. A server in development mode gives a token for any name; elsewhere the user brings one, which
 * is kept for as long as the tab, or a cookie says it.
 */
export class Auth {
  #fetching = null
  token = null
  dev = true // until the server says that it gives no tokens

  /** Null: nobody as far as the page knows. */
  get user() {
    return this.dev ? localStorage.getItem(USER) || 'you' : claimsOf(this.token).sub ?? null
  }

  /** A name in development mode, else a token. */
  signIn(as) {
    if (this.dev) localStorage.setItem(USER, as)
    else sessionStorage.setItem(TOKEN, as)
    this.token = null
  }

  /** A fresh token, with its end in milliseconds so that it is replaced in time; null leaves it to the cookie. */
  fetchToken() {
    this.#fetching ??= this.#fetch().finally(() => { this.#fetching = null })
    return this.#fetching
  }

  async #fetch() {
    this.token = this.dev ? await this.#devToken() : null
    this.token ??= sessionStorage.getItem(TOKEN)
    if (!this.token) return null
    const { exp } = claimsOf(this.token)
    return { token: this.token, expiresAt: this.dev && exp ? exp * 1000 : undefined }
  }

  async #devToken() {
    const response = await fetch('/api/v1/dev/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: this.user, roles: ['user'] }),
    })
    this.dev = ![401, 403, 404, 405].includes(response.status)
    if (!this.dev) return null
    if (!response.ok) throw new Error(`no token: ${response.status}`)
    return (await response.json()).token
  }
}

function claimsOf(token) {
  try {
    const binary = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, char => char.charCodeAt(0))))
  } catch {
    return {}
  }
}
