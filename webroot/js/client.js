import { Commands } from './client/commands.js'
import { Emitter } from './client/emitter.js'
import { Rest } from './client/rest.js'
import { Session } from './client/session.js'
import { defaults, fullJitter, realClock, uuid } from './client/settings.js'
import { Socket } from './client/socket.js'
import { upload } from './client/upload.js'

export { CommandError } from './client/commands.js'
export { uuid } from './client/settings.js'

const BAD_TOKEN = 4500
const SHUTTING_DOWN = 4001
const TOKEN_EXPIRED = 4005
const NO_WEBSOCKET = 'There is no WebSocket here: use Node 22 or newer, Node 20 with --experimental-websocket, or the option WebSocket.'
const isFinal = code => code === 1009 || (code >= 4500 && code <= 4999)

/**
 * Client of the wire protocol (docs/protocol.md): one socket, many sessions, exact resume, idempotent commands.
 *
 * Emits `state` ({ state: 'connecting' | 'open' | 'waiting' | 'closed', ... }; `open` has checking while a sign of life is
 * awaited, `waiting` has retryInMs, `closed` has
 * code, reason and final), `welcome`, `notice`, `goaway`. Sessions emit their own events, see client/session.js.
 */
export class Client extends Emitter {
  #options
  #settings
  #port
  #urls // of the nodes: the one in use first
  #commands
  #rest
  #uploads
  #sessions = new Map()
  #socket = null
  #generation = 0
  #attempt = 0
  #openedAt
  #goaway = null
  #renew = false
  #timers = {}
  state = { state: 'closed', final: false }
  welcome = null

  /**
   * `url`: ws: or wss:. `token({ renew, api })`: called at each connect; a token, { token, expiresAt }, or nothing where a
   * cookie signs in; `api` is the URL of the REST API of the node that is tried; a thrown error with `final: true` ends the client, after any other error the client retries.
   * `zone`: IANA name of the user's time zone, in which agents understand times. `api`: the URL of the REST API, if it
   * is not /api/v1 on the same host. `WebSocket`, `fetch`, `clock`, `random` and `hints` (an EventTarget with `online`
   * and `offline`) can be replaced. `isWatched`: whether somebody waits for the connection; by default, whether the page
   * is visible.
   */
  constructor({
    url, api, token, name, zone, WebSocket, fetch, clock = realClock, random = Math.random, hints, isWatched = isVisible, ...settings
  }) {
    super()
    if (!WebSocket && !globalThis.WebSocket) throw new Error(NO_WEBSOCKET)
    this.#settings = { ...defaults, ...settings }
    this.#options = {
      url, token, name, zone, WebSocket: WebSocket ?? globalThis.WebSocket, clock, random, hints: hints ?? globalThis,
      isWatched,
    }
    this.#port = { send: frame => this.#send(frame), clock, random, settings: this.#settings }
    this.#commands = new Commands(this.#port)
    this.#urls = [url]
    const base = () => api ?? new URL('/api/v1', this.#urls[0].replace(/^ws/, 'http')).href
    this.#uploads = {
      get base() { return base() },
      token: async asked => normalised(await token?.({ ...asked, api: base() })).token,
      fetch: fetch ?? ((...request) => globalThis.fetch(...request)),
      XMLHttpRequest: fetch ? undefined : globalThis.XMLHttpRequest,
    }
    this.#rest = new Rest(Object.assign(Object.create(this.#uploads), {
      isClosed: () => this.state.code !== undefined,
      clock, random, settings: this.#settings,
    }))
  }

  /** Connects and reconnects automatically. Also restarts a client that was closed. */
  start() {
    if (this.state.state !== 'closed') return this
    this.#attempt = 0
    this.#listen('addEventListener')
    this.#connect()
    return this
  }

  /** Closes the connection permanently. Commands without an answer are rejected. */
  stop() {
    this.#close({ code: 1000, reason: 'stopped', final: false })
  }

  /** Reconnects immediately if the client is waiting. */
  retryNow() {
    if (this.state.state === 'waiting') this.#connect()
  }

  /** The session with this id. It is attached when there is a connection. */
  session(id, cursor) {
    if (!this.#sessions.has(id)) {
      const session = new Session(id, this.#port, cursor)
      this.#sessions.set(id, session)
      if (this.state.state === 'open') session.attach()
    }
    return this.#sessions.get(id)
  }

  detach(id) {
    this.#sessions.get(id)?.suspend()
    if (this.#sessions.delete(id)) this.#send({ type: 'detach', id: uuid(), session: id })
  }

  /** Sends any command of the protocol. `fields.id` repeats an earlier command whose outcome is unknown. */
  command(type, fields = {}) {
    const frame = { ...fields, type, id: fields.id ?? uuid() }
    const sent = this.#commands.submit(frame)
    if (this.state.code !== undefined) this.#commands.abandon('The connection is closed.')
    return sent
  }

  /** `fields`: agent, title, metadata. Resolves with { session, epoch }. */
  create(fields) { return this.command('create', fields) }

  /** `fields`: onBusy: 'queue' (default), 'steer', 'interrupt', 'rollback', 'reject'; model; parts, see `upload`; tools that you execute, see client/calls.js. Resolves with { message, status, run? }. */
  send(session, text, fields) { return this.command('send', { ...fields, session, text }) }

  /** `fields`: run: only that one; scope: 'run' (default), 'queued', 'all'. Resolves with { stopped, unqueued }. */
  stopRun(session, fields) { return this.command('stop', { ...fields, session }) }

  /** `unqueue` removes a queued message, `requeue` changes its text. */
  unqueue(session, message) { return this.command('unqueue', { session, message }) }
  requeue(session, message, text) { return this.command('requeue', { session, message, text }) }

  /** What the person thinks of an answer. `fields`: message; rating: 'up', 'down', or 'none' to take it back; comment. */
  rate(session, fields) { return this.command('feedback', { ...fields, session }) }

  /** Rewinds to before a user's message (`fields.message`, else the last), with another `text` or `model` if given, and runs again. */
  regenerate(session, fields) { return this.command('regenerate', { ...fields, session }) }

  /**
   * Decides about a call that needs an approval. `fields`: interrupt; decision: 'approve', 'edit' (with `arguments`, an
   * object), 'reject' (with `text`, the reason, optional), 'respond' (with `text`, the result). Or answers a question of a
   * tool: 'accept' (with `content`), 'decline', 'cancel'. Resolves with { run?, open }.
   */
  answer(session, fields) { return this.command('answer', { ...fields, session }) }

  /** Brings results of calls that you executed: [{ toolCallId, content, error? }]. Resolves with { run?, open }. */
  results(session, results) { return this.command('answer', { session, results }) }

  /** Creates a session with everything up to `message` or `checkpoint`. Over REST. Resolves with { session, epoch }. */
  fork(session, { id, ...fields }) {
    return this.#rest.post(`/sessions/${encodeURIComponent(session)}/fork`, fields, id)
  }

  /**
   * Uploads a Blob or File to a session, over REST. `fields`: name (the file's by default), onProgress(part, from 0 to 1), signal
   * (of an AbortController). Resolves with a part for `send` (`parts`), which also has name, mediaType, size and, of an image, width
   * and height. Rejects with a `CommandError`; it is not repeated, but may be if that is `retryable`.
   */
  upload(session, file, fields) { return upload(this.#uploads, session, file, fields) }

  async #connect() {
    this.#clearTimers()
    const generation = ++this.#generation
    this.#set({ state: 'connecting' })
    const { clock } = this.#options
    try {
      const renew = this.#renew
      this.#renew = false
      const slow = new Promise((_, reject) => {
        this.#timers.token = clock.setTimeout(() => reject(new Error('no token')), this.#settings.connectTimeoutMs)
      })
      const token = await Promise.race([this.#options.token?.({ renew, api: this.#uploads.base }), slow])
      clock.clearTimeout(this.#timers.token)
      if (generation === this.#generation) this.#open(generation, normalised(token))
    } catch (failure) {
      if (generation !== this.#generation) return
      if (failure.final) this.#close({ code: failure.code ?? BAD_TOKEN, reason: failure.message, final: true })
      else this.#wait(failure.message, failure instanceof TypeError) // that is how `fetch` says that nobody answered
    }
  }

  #open(generation, { token, expiresAt }) {
    const { WebSocket, clock, name } = this.#options
    const current = action => value => { if (generation === this.#generation) action(value) }
    this.#goaway = null
    this.#socket = new Socket({
      url: this.#urls[0], WebSocket, clock, settings: this.#settings,
      hello: { type: 'hello', id: uuid(), version: 1, token, client: name, zone: this.#options.zone },
      onWelcome: current(frame => this.#welcomed(frame, expiresAt)),
      onFrame: current(frame => this.#take(frame)),
      onClosed: current(close => this.#closed(close)),
    })
  }

  #welcomed(frame, expiresAt) {
    this.welcome = frame
    const [own] = this.#urls
    const peers = (frame.server?.peers ?? []).map(peer => peer.replace(/^http/, 'ws') + new URL(own).pathname)
    this.#urls = [...new Set([own, ...peers])]
    this.#openedAt = this.#options.clock.now()
    this.#set({ state: 'open' })
    this.emit('welcome', frame)
    for (const session of this.#sessions.values()) session.attach()
    this.#commands.resend()
    this.#renewBefore(expiresAt)
  }

  #take(frame) {
    if (this.state.checking) this.#set({ state: 'open' })
    switch (frame.type) {
      case 'result':
        this.#commands.answer(frame)
        break
      case 'error':
        if (!this.#commands.answer(frame)) this.#failed(frame)
        break
      case 'beat':
        for (const [id, sent] of Object.entries(frame.sent ?? {})) this.#sessions.get(id)?.beat(sent)
        break
      case 'goaway':
        this.#leaveAfter(frame)
        break
      case 'notice':
        this.emit('notice', frame)
        this.#sessions.get(frame.session ?? frame.data?.session)?.take(frame)
        break
      default:
        this.#sessions.get(frame.session)?.take(frame)
    }
  }

  /** An error that answers no command: of an attach, of a session, or of `hello`. */
  #failed(frame) {
    const attaching = [...this.#sessions.values()].find(session => session.awaits(frame.id))
    const session = attaching ?? this.#sessions.get(frame.session)
    if (session) session.take(frame)
    else if (!this.#socket.welcomed) {
      this.#renew = frame.code === 'token_expired'
      if (this.#renew || frame.retryable) this.#socket.close(frame.code)
      else this.#close({ code: BAD_TOKEN, reason: frame.message, final: true })
    }
  }

  /** The server is shutting down: leaves and reconnects after the time that the server named. */
  #leaveAfter(frame) {
    const { clock } = this.#options
    const afterMs = frame.afterMs ?? 0
    this.#goaway = clock.now() + afterMs
    this.emit('goaway', frame)
    const socket = this.#socket
    this.#timers.goaway = clock.setTimeout(() => socket.close('goaway'), afterMs + this.#settings.goawayGraceMs)
  }

  #closed({ code, reason, refused }) {
    const { clock } = this.#options
    if (isFinal(code)) return this.#close({ code, reason, final: true })
    if (code === TOKEN_EXPIRED) this.#renew = true
    if (this.#socket.welcomed && clock.now() - this.#openedAt >= this.#settings.stableMs) this.#attempt = 0
    this.#wait(reason, refused || code === SHUTTING_DOWN)
  }

  /** `gone`: the server is not there, and a quick attempt costs nobody anything; not one that refuses us. */
  #wait(reason, gone = false) {
    const { clock, random, isWatched } = this.#options
    if (gone || !this.#socket?.welcomed) this.#urls.push(this.#urls.shift()) // the next node, if the server has told of others
    this.#drop()
    const maxMs = gone && isWatched() ? this.#settings.backoffWatchedMaxMs : undefined
    const toldMs = Math.max(0, (this.#goaway ?? 0) - clock.now())
    const retryInMs = toldMs + fullJitter(this.#attempt++, this.#settings, random, maxMs)
    this.#timers.retry = clock.setTimeout(() => this.#connect(), retryInMs)
    this.#set({ state: 'waiting', retryInMs, retryAt: clock.now() + retryInMs, told: toldMs > 0, reason })
  }

  #close({ code, reason, final }) {
    this.#listen('removeEventListener')
    this.#drop()
    this.#set({ state: 'closed', code, reason, final })
    this.#commands.abandon('The connection is closed.')
  }

  #drop() {
    this.#generation++
    this.#clearTimers()
    this.#socket?.close()
    this.#socket = null
    for (const session of this.#sessions.values()) session.suspend()
    this.#commands.suspend()
  }

  #send(frame) {
    return this.state.state === 'open' && this.#socket.send(frame)
  }

  #renewBefore(expiresAt) {
    if (!expiresAt) return
    const { clock } = this.#options
    const inMs = Math.min(expiresAt - clock.now() - this.#settings.tokenRenewMs, 2 ** 31 - 1)
    this.#timers.renew = clock.setTimeout(() => this.#renewNow(), Math.max(inMs, 1_000))
  }

  async #renewNow() {
    const generation = this.#generation
    try {
      const next = normalised(await this.#options.token({ renew: true, api: this.#uploads.base }))
      if (generation !== this.#generation) return
      this.#send({ type: 'token', id: uuid(), token: next.token })
      this.#renewBefore(next.expiresAt)
    } catch { /* then the server closes 4005, and the reconnect asks again */ }
  }

  /** `online` and `offline` are only hints: the first ends a wait, both make the client check the connection. */
  #listen(change) {
    const { hints } = this.#options
    hints[change]?.('online', this.#online)
    hints[change]?.('offline', this.#offline)
  }

  #online = () => {
    if (this.state.state === 'waiting' && !this.state.told) this.retryNow()
    else this.#probe()
  }

  #offline = () => this.#probe()

  /** Checks the connection; until the next frame its state is unknown. */
  #probe() {
    if (this.state.state === 'open' && this.#socket.probe(uuid())) this.#set({ state: 'open', checking: true })
  }

  #set(state) {
    this.state = state
    this.emit('state', state)
  }

  #clearTimers() {
    for (const timer of Object.values(this.#timers)) this.#options.clock.clearTimeout(timer)
    this.#timers = {}
  }
}

const isVisible = () => globalThis.document?.visibilityState === 'visible'

function normalised(token) {
  return typeof token === 'string' ? { token } : { token: token?.token, expiresAt: token?.expiresAt }
}
