import { ofTab, shared } from '../browser/storage.js'
import { problem } from './problem.js'

const USER = 'reprise.user'
const ADMIN = 'reprise.admin' // in development mode: whether they are an administrator, too
const TOKEN = 'reprise.token'

/**
 * Who this browser is. A server in development mode gives a token for any name; elsewhere the user brings one, and it is
 * changed into a cookie that no script can read. Only a server without `/login` leaves the token to the tab.
 */
export class Auth {
  #fetching = null
  #cookieUser = null // whom the cookie names
  anonymous = false // nobody is signed in, and the server wants nobody to be
  #name = null // what the identity provider calls them
  endsAt = null // when the sign-in ends, in milliseconds, where a cookie names somebody
  base = '/api/v1' // of the REST API
  token = null
  dev = true // until the server says that it gives no tokens
  provider = null // { name, url } of the identity provider where people sign in, if there is one
  error = takeError() // the code of why that did not succeed
  reason = null // why the server does not take whom the cookie names, in words

  /** Null: nobody as far as the page knows. */
  get user() {
    if (this.dev) return shared.getItem(USER) || 'you'
    return this.#cookieUser ?? claimsOf(this.token).sub ?? null
  }

  /** What to call them. */
  get displayName() { return this.#name ?? this.user }

  /** Whether a request can be made as somebody. */
  get isKnown() {
    return Boolean(this.token ?? this.#cookieUser)
  }

  /** Whether somebody chose in development mode to be an administrator. */
  get isDevAdmin() { return shared.getItem(ADMIN) === 'yes' }

  /** A name in development mode, where `isAdmin` is a choice, else a token. Rejects with the server's reason if it does not take the token; then nothing has changed. */
  async signIn(as, { isAdmin = false } = {}) {
    if (this.dev) {
      shared.setItem(USER, as)
      if (isAdmin) shared.setItem(ADMIN, 'yes')
      else shared.removeItem(ADMIN)
      this.token = null
      return
    }
    const token = await this.#byCookie(as)
    if (token) ofTab.setItem(TOKEN, token)
    this.token = token
  }

  /** Resolves with the address at which the browser signs out of the identity provider, too, or null. */
  async signOut() {
    ofTab.removeItem(TOKEN)
    this.token = this.#cookieUser = this.#name = null
    this.anonymous = false
    const response = await fetch(this.base + '/logout', { method: 'POST' })
    return response.status === 200 ? (await response.json()).next : null
  }

  /** A fresh token, with its end in milliseconds so that it is replaced in time; null leaves it to the cookie. `base`: of the node in use. */
  fetchToken(base = this.base) {
    this.base = base
    this.#fetching ??= this.#fetch().finally(() => { this.#fetching = null })
    return this.#fetching
  }

  async #fetch() {
    this.token = this.dev ? await this.#devToken() : null
    if (!this.dev) this.token = await this.#kept()
    if (!this.token) return null
    const { exp } = claimsOf(this.token)
    return { token: this.token, expiresAt: this.dev && exp ? exp * 1000 : undefined }
  }

  /** The token that this tab keeps, or null: the cookie names somebody, or nobody is known. */
  async #kept() {
    const token = ofTab.getItem(TOKEN)
    if (token) return token
    const response = await fetch(this.base + '/me')
    const said = await response.json().catch(() => ({}))
    if (response.ok) {
      this.#is(said)
      if (!this.anonymous) this.error = this.reason = null
      else await this.#askWays()
    } else if (response.status === 401 || response.status === 403) {
      this.#cookieUser = this.#name = null
      this.reason = response.status === 403 ? said.message : null
      const ways = await this.#askWays()
      if (response.status === 401 && ways.anonymous) await this.#visit()
    }
    return null
  }

  #is({ user, name, anonymous, expiresAt }) {
    this.#cookieUser = user
    this.endsAt = Date.parse(expiresAt) || null
    this.#name = name ?? null
    this.anonymous = Boolean(anonymous)
  }

  /** Goes on without a sign-in, under a name that the server makes. */
  async #visit() {
    const response = await fetch(this.base + '/visit', { method: 'POST' })
    if (response.ok) this.#is(await response.json())
  }

  /** An older server knows but one. */
  async #askWays() {
    const response = await fetch(this.base + '/sign-in')
    const ways = response.ok ? await response.json() : {}
    if (response.ok) this.provider = ways.oidc ?? null
    return ways
  }

  /** Changes a token into the cookie, and resolves with null; with the token where the server has no `/login`. */
  async #byCookie(token) {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(this.base + '/login', { method: 'POST', headers })
    if (response.status === 404 || response.status === 405) return token
    if (!response.ok) throw await problem(response)
    this.#is(await response.json())
    this.error = this.reason = null
    ofTab.removeItem(TOKEN)
    return null
  }

  async #devToken() {
    const response = await fetch(this.base + '/dev/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: this.user, roles: this.isDevAdmin ? ['user', 'admin'] : ['user'] }),
    })
    this.dev = ![401, 403, 404, 405].includes(response.status)
    if (!this.dev) return null
    if (!response.ok) throw new Error(`no token: ${response.status}`)
    return (await response.json()).token
  }
}

/** The address says once that a sign-in did not succeed. */
function takeError() {
  const { searchParams } = new URL(globalThis.location?.href ?? 'http://localhost')
  const error = searchParams.get('sign-in-error')
  if (error) history.replaceState(null, '', `/${location.hash}`)
  return error
}

function claimsOf(token) {
  try {
    const binary = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, char => char.charCodeAt(0))))
  } catch {
    return {}
  }
}
