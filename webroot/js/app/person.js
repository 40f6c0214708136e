import { now } from '../browser/clock.js'
import { arePushed } from '../browser/notifications.js'
import { ofTab, shared } from '../browser/storage.js'
import { parts } from '../later.js'

const BAD_TOKEN = 4500
const ENDS_SOON_MS = 120_000
const SIGNED_OUT = 'reprise.signed-out'
const PERSON = 'reprise.person' // who was signed in last in this tab: whose drafts these are

/** Who uses the page: signing in and out, here and in other tabs. */
export class Person {
  #app

  constructor(app) {
    this.#app = app
  }

  /**
   * Rejects if the server does not take it. The same person goes on where they were; of another one who was here before
   * nothing stays.
   */
  async signIn(as, choices) {
    const { auth, server } = this.#app
    await auth.signIn(as, choices)
    server.client.stop()
    this.#goOn()
  }

  async signOut() {
    const { auth, server } = this.#app
    server.client.stop()
    if (arePushed()) await parts.turnPushOff?.(this.#app).catch(() => {}) // where there is a cookie, the server does it, too
    let next = null
    await this.#app.attempt(async () => { next = await auth.signOut() })
    shared.setItem(SIGNED_OUT, String(Date.now())) // other tabs are told
    this.#begin()
    if (next) location.assign(next)
  }

  /** Nobody is signed in, and the server wants somebody to be. */
  get isSignedOut() {
    const { state, final, code } = this.#app.server.connection
    return !this.#app.auth.dev && state === 'closed' && final && code === BAD_TOKEN
  }

  /** How long the sign-in lasts, once that is not long any more, else null. One at an identity provider is renewed by the server. */
  get endsInMs() {
    const { auth, server } = this.#app
    if (auth.dev || auth.anonymous || auth.endsAt === null || auth.provider || server.offers.oidc || this.isSignedOut) return null
    const left = auth.endsAt - now()
    return left > ENDS_SOON_MS ? null : Math.max(0, left)
  }

  /** The server says who it is. */
  isIn(id) {
    ofTab.setItem(PERSON, id)
  }

  /** Somebody may have signed in in another tab. */
  async lookAgain() {
    const { auth } = this.#app
    await auth.fetchToken()
    if (this.isSignedOut && auth.isKnown) this.#goOn()
  }

  /** Somebody signed out in another tab. */
  storageChanged(key) {
    const { auth, server } = this.#app
    if (key === SIGNED_OUT && !auth.dev && !auth.token) server.connectAgain()
  }

  #goOn() {
    if (this.#app.auth.user !== ofTab.getItem(PERSON)) return this.#begin()
    this.#app.server.client.start()
    this.#app.lists.main.refresh()
  }

  #begin() {
    ofTab.removeItem(PERSON)
    this.#app.begin()
  }
}
