import { say } from '../browser/announcer.js'
import { Client } from '../client.js'
import { setClock } from '../browser/clock.js'
import { offersOf } from './contract.js'
import { finalWords, signInErrorWords } from '../words/words.js'
import { ownZone } from '../browser/zone.js'

/** The connection to the server, and what the server said about itself and about this person. */
export class ServerLink {
  #app
  #noticed
  client
  connection = { state: 'connecting' }
  limits = {}
  offers = offersOf(null) // what the server can do, by what it said when it welcomed us
  provider = null     // who runs the model, where the server says it
  model = null        // what that one calls it
  isStaff = false     // whether the server lets them look at its catalogue
  isAdmin = false     // whether the server lets them administer it

  /** `noticed(frame)`: called with each notice about any chat of this person. */
  constructor(app, noticed) {
    this.#app = app
    this.#noticed = noticed
  }

  connect() {
    const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`
    const client = this.client = new Client({ url, name: 'reprise-page', zone: ownZone(), token: ({ api }) => this.#app.auth.fetchToken(api) })
    client.on('state', state => { if (client === this.client) this.#connected(state) })
    client.on('welcome', frame => this.#welcomed(frame))
    client.on('notice', this.#noticed)
    client.start()
  }

  /** As whoever is signed in now. */
  connectAgain() {
    this.client.stop()
    this.client.start()
  }

  /** Waits that the server asked for are kept. */
  hurry() {
    if (!this.connection.told) this.client.retryNow()
  }

  #welcomed(frame) {
    const { limits = {}, user, provider = null, model = null, ts } = frame
    const is = role => Boolean(user?.roles?.includes(role))
    Object.assign(this, { limits, provider, model, isAdmin: is('admin'), isStaff: is('staff') || is('admin'), offers: offersOf(frame) })
    if (user) this.#app.person.isIn(user.id)
    if (ts) setClock(ts)
    this.#app.reread() // nobody was told what happened meanwhile
  }

  #connected(state) {
    const before = this.connection.state
    this.connection = state
    if (state.state === 'open' && before !== 'open') this.#came()
    if (state.state === 'waiting' && before === 'open') say('Connection lost, reconnecting')
    if (state.state === 'closed' && state.final) say(finalWords(state))
    this.#app.set({})
  }

  #came() {
    say('Connected')
    const { auth } = this.#app
    if (auth.anonymous && auth.error) this.#app.tell(signInErrorWords(auth.error)) // a sign-in that failed leaves a visitor
    if (auth.anonymous) auth.error = null
  }
}
