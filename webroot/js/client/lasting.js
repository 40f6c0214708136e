import { Client, CommandError, uuid } from '../client.js'
import { MemoryCursors, MemoryOutbox } from './storage.js'

/** Commands that concern a moment, as `stop` does, must not take effect after a restart. */
const KEPT = new Set(['create', 'send', 'answer', 'unqueue', 'requeue', 'regenerate', 'feedback'])
const DAY_MS = 86_400_000

/**
 * A client that goes on where an earlier one of the same program ended: it stores cursors, and commands until they are
 * answered. After a reload or a restart the stored commands are sent again with their ids, so none is lost or has its
 * effect twice.
 *
 * Also emits `restored` ({ type, frame, result } or { type, frame, error }: the outcome of a command of an earlier
 * client) and `storage` ({ error, doing }: a port failed).
 */
export class LastingClient extends Client {
  #cursors
  #outbox
  #limits
  #clock
  #wanted = false
  #ended = Promise.resolve()
  #restored = Promise.resolve()
  #turn = Promise.resolve()
  #pending = new Map()
  #moved = new Map()

  /**
   * Options of `Client`, and the ports `cursors` and `outbox` (default: memory), see client/storage.js. The storage
   * must belong to one user. `outboxMax`: most stored commands. `outboxAgeMs`: older ones are not sent again; it must be
   * below the 24 h for which the server knows ids. `cursorSaveMs`: a moved cursor is stored after this time at the latest.
   */
  constructor({
    cursors = new MemoryCursors(), outbox = new MemoryOutbox(), outboxMax = 100, outboxAgeMs = DAY_MS - 3_600_000,
    cursorSaveMs = 100, clock, ...options
  }) {
    super({ commandAgeMs: outboxAgeMs, commandsMax: outboxMax, ...options, ...(clock && { clock }) })
    this.#cursors = cursors
    this.#outbox = outbox
    this.#limits = { outboxMax, outboxAgeMs, cursorSaveMs }
    this.#clock = clock ?? { now: () => Date.now(), setTimeout: (action, ms) => setTimeout(action, ms) }
    this.on('state', ({ state }) => {
      if (state !== 'closed') return
      this.#wanted = false
      this.#ended = Promise.allSettled([...this.#pending.values()])
    })
    this.on('notice', ({ kind, session, data }) => {
      if (kind === 'session.deleted' || kind === 'session.expired') this.#remove(session ?? data?.session)
    })
  }

  /**
   * Sends the stored commands first. When the client is stopped or refused, commands without an answer are rejected with
   * `kept: true`: they stay stored, and the next start sends them again.
   */
  start() {
    if (this.#wanted) return this
    this.#wanted = true
    this.#restored = this.#turn = this.#turn.then(() => this.#ended).then(() => this.#restore())
    return this
  }

  /** The session with this id, after its stored cursor. Read what follows from its events; without a cursor from a snapshot. */
  async open(id) {
    const cursor = await this.#try('load', () => this.#cursors.load(id))
    return this.session(id, cursor ?? undefined)
  }

  session(id, cursor) {
    const session = super.session(id, cursor)
    if (!this.#moved.has(id)) this.#follow(session)
    return session
  }

  detach(id) {
    super.detach(id)
    this.#moved.get(id)?.end()
    this.#moved.delete(id)
  }

  /** Resolves when the cursors of everything that was emitted so far are stored. */
  async flush() {
    await Promise.all([...this.#moved.values()].map(({ save }) => save()))
    await this.#turn
  }

  command(type, fields = {}) {
    if (!KEPT.has(type)) return super.command(type, fields)
    const frame = { ...fields, type, id: fields.id ?? uuid() }
    const known = this.#pending.get(frame.id)
    if (known) return known
    if (this.#pending.size >= this.#limits.outboxMax) {
      const message = 'Too many commands are waiting for an answer.'
      return Promise.reject(new CommandError({ code: 'too_many_requests', message, retryable: true, id: frame.id }))
    }
    const store = () => this.#outbox.add({ at: this.#clock.now(), frame })
    return this.#await(frame, this.#restored.then(() => this.#inTurn(store)))
  }

  #await(frame, stored) {
    const settled = this.#settle(frame, stored)
    this.#pending.set(frame.id, settled)
    return settled
  }

  async #settle(frame, stored) {
    try {
      await stored
      const result = await super.command(frame.type, frame)
      await this.#forget(frame.id)
      return result
    } catch (error) {
      // The client ended without an answer: one of the server with this code is not passed on, but tried again.
      if (error.code === 'unavailable' && error.retryable) error.kept = true
      else await this.#forget(frame.id)
      throw error
    } finally {
      this.#pending.delete(frame.id)
    }
  }

  async #restore() {
    const entries = await this.#try('restore', () => this.#outbox.all()) ?? []
    if (!this.#wanted) return
    super.start()
    for (const entry of entries) if (!this.#pending.has(entry.frame.id)) this.#sendAgain(entry)
  }

  #sendAgain({ at, frame }) {
    const isOld = this.#clock.now() - at > this.#limits.outboxAgeMs
    const refusal = { code: 'timeout', message: 'This is too old to be sent again.', id: frame.id }
    this.#await(frame, isOld ? Promise.reject(new CommandError(refusal)) : undefined).then(
      result => this.emit('restored', { type: frame.type, frame, result }),
      error => { if (!error.kept) this.emit('restored', { type: frame.type, frame, error }) },
    )
  }

  #forget(id) {
    return this.#try('remove', () => this.#outbox.remove(id))
  }

  #follow(session) {
    let stored = null
    let timer = null
    const save = () => {
      timer = null
      const { epoch, seq } = session
      if (epoch === null || seq === null || (stored?.epoch === epoch && stored.seq === seq)) return
      stored = { epoch, seq }
      return this.#try('save', () => this.#cursors.save(session.id, { epoch, seq }), () => { stored = null })
    }
    // After the time, so that all listeners have seen what the cursor covers.
    const moved = () => { timer ??= this.#clock.setTimeout(save, this.#limits.cursorSaveMs) }
    const ends = ['event', 'snapshot', 'live'].map(type => session.on(type, moved))
    ends.push(session.on('error', () => { if (session.status === 'failed') this.#remove(session.id) }))
    this.#moved.set(session.id, { save, end: () => ends.forEach(end => end()) })
  }

  #remove(id) {
    this.#moved.get(id)?.end()
    return id && this.#try('remove', () => this.#cursors.remove(id))
  }

  /** One after the other, so that commands are stored and sent in the order in which they were given. */
  #inTurn(store) {
    const stored = this.#turn.then(store).catch(error => {
      this.emit('storage', { doing: 'add', error })
      const message = 'The command could not be stored, and was not sent.'
      throw Object.assign(new CommandError({ code: 'internal', message, retryable: true }), { cause: error })
    })
    this.#turn = stored.catch(() => {})
    return stored
  }

  async #try(doing, action, failed = () => {}) {
    try {
      return await action()
    } catch (error) {
      failed()
      this.emit('storage', { doing, error })
    }
  }
}
