const KEY = 'reprise.user'

/** Who this browser is, on a server in development mode; elsewhere the session cookie says it. */
export class Auth {
  token = null

  get user() {
    return localStorage.getItem(KEY) || 'you'
  }

  set user(name) {
    localStorage.setItem(KEY, name)
    this.token = null
  }

  /** A fresh token. A server without development sign-in leaves it to the cookie. */
  async fetchToken() {
    const response = await fetch('/api/v1/dev/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: this.user, roles: ['user'] }),
    })
    if ([401, 403, 404, 405].includes(response.status)) return null
    if (!response.ok) throw new Error(`no token: ${response.status}`)
    this.token = (await response.json()).token
    return { token: this.token, expiresAt: expiryOf(this.token) }
  }
}

/** The end of a JWT in milliseconds, so that it is replaced in time; undefined when it cannot be read. */
function expiryOf(token) {
  try {
    const { exp } = JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')))
    return exp ? exp * 1000 : undefined
  } catch {
    return undefined
  }
}
