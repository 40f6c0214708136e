import { Emitter } from './emitter.js'
import { fullJitter, uuid } from './settings.js'

/**
 * One session as this client reads it: a cursor (epoch, seq) and the rules by which frames move it.
 *
 * idle ─▶ attaching ─▶ catchingUp ─▶ live   after a hole, an overlap or a beat ahead of the cursor: attaching
 *              └────▶ failed                (the server refused, for example not_found)
 *
 * Emits `attached` (the verdict), `snapshot` (all pages as one), `event`, `live`, `notice`, `error`, `reattach`.
 */
export class Session extends Emitter {
  #port
  #attachId = null
  #attached = null
  #pages = []
  #timer
  #reattaches = 0
  #reattachedAt = -Infinity
  status = 'idle'
  epoch = null
  seq = null

  /** `port`: send(frame) -> boolean, clock, random, settings. `cursor`: { epoch, seq } of an earlier reading. */
  constructor(id, port, cursor) {
    super()
    this.id = id
    this.#port = port
    if (cursor) Object.assign(this, { epoch: cursor.epoch, seq: cursor.seq })
  }

  /** Attaches after the cursor. Until the answer with this id arrives, frames of the session are ignored. */
  attach() {
    if (this.status === 'failed') return
    this.status = 'attaching'
    this.#pages = []
    this.#attachId = uuid()
    const cursor = this.epoch === null ? {} : { epoch: this.epoch, after: this.seq }
    this.#port.send({ type: 'attach', id: this.#attachId, session: this.id, ...cursor })
    this.#expectFrames()
  }

  /** The connection was lost, or the session is not read any more. The cursor stays. */
  suspend() {
    this.#port.clock.clearTimeout(this.#timer)
    this.#attachId = null
    this.#pages = []
    if (this.status !== 'failed') this.status = 'idle'
  }

  awaits(attachId) {
    return this.#attachId !== null && this.#attachId === attachId
  }

  take(frame) {
    if (frame.type === 'notice') return this.emit('notice', frame)
    if (frame.type === 'error') return this.#refused(frame)
    if (this.status === 'attaching') {
      if (frame.type === 'attached' && this.awaits(frame.id)) this.#begin(frame)
      return
    }
    if (this.status !== 'catchingUp' && this.status !== 'live') return
    if (this.status === 'catchingUp') this.#expectFrames()
    switch (frame.type) {
      case 'attached': if (!frame.id) this.#begin(frame); break
      case 'snapshot': this.#page(frame); break
      case 'event': this.#apply(frame); break
      case 'live': this.#live(frame); break
    }
  }

  /** A beat contains the last seq that was sent to this socket. If it is ahead of the cursor, events were lost. */
  beat(sent) {
    const reading = this.status === 'catchingUp' || this.status === 'live'
    if (reading && this.seq !== null && sent > this.seq) this.#reattach(`sent ${sent}, have ${this.seq}`)
  }

  #begin(frame) {
    this.#attachId = null
    if (frame.mode === 'replay' && frame.epoch !== this.epoch) return this.#restart('replay of another epoch')
    this.#attached = frame
    this.status = 'catchingUp'
    if (frame.mode !== 'replay') {
      this.#pages = []
      this.epoch = this.seq = null // without a complete snapshot the next attach must have no cursor
    }
    this.#expectFrames()
    this.emit('attached', frame)
  }

  #page(frame) {
    if (this.seq !== null || frame.epoch !== this.#attached.epoch) return
    if (frame.page === 1) this.#pages = []
    const first = this.#pages[0] ?? frame
    if (frame.page !== this.#pages.length + 1 || frame.seq !== first.seq) return this.#restart('snapshot page missing')
    this.#pages.push(frame)
    if (!frame.last) return
    const pages = this.#pages
    this.#pages = []
    this.epoch = frame.epoch
    this.seq = frame.seq
    this.emit('snapshot', {
      ...frame,
      messages: pages.flatMap(page => page.messages),
      earlier: pages.some(page => page.earlier),
      run: pages.findLast(page => page.run)?.run,
    })
    // Queue, interrupts and recalls are only in `attached`, so they are older than this snapshot.
    if (frame.seq > this.#attached.head) this.#reattach('snapshot is newer than its verdict')
  }

  #apply(frame) {
    if (this.seq === null || frame.seq <= this.seq) return // before the snapshot, or a duplicate
    const from = frame.from ?? frame.seq
    if (from !== this.seq + 1) return this.#reattach(`expected ${this.seq + 1}, got ${from}-${frame.seq}`)
    this.seq = frame.seq
    this.emit('event', frame)
  }

  #live(frame) {
    if (this.seq === null) return this.#restart('live before its snapshot')
    if (frame.seq > this.seq) return this.#reattach(`live at ${frame.seq}, have ${this.seq}`)
    this.status = 'live'
    this.#port.clock.clearTimeout(this.#timer)
    this.emit('live', frame)
  }

  #refused(frame) {
    const ours = this.awaits(frame.id)
    if (ours && frame.retryable) return this.#reattach(frame.code, frame.afterMs ?? this.#port.settings.backoffMinMs)
    const isFinal = ours || (frame.id === undefined && frame.retryable === false) // ended by the server
    if (isFinal) {
      this.suspend()
      this.status = 'failed'
    }
    this.emit('error', frame)
  }

  #restart(why) {
    this.epoch = this.seq = null
    this.#reattach(why)
  }

  #reattach(why, afterMs = 0) {
    const { clock, settings, random } = this.#port
    this.suspend()
    this.status = 'attaching' // without an id, frames are ignored until the next answer
    if (clock.now() - this.#reattachedAt > 2 * settings.backoffMaxMs) this.#reattaches = 0
    this.#reattachedAt = clock.now()
    const delayMs = this.#reattaches === 0 ? 0 : fullJitter(this.#reattaches, settings, random)
    this.#reattaches++
    this.emit('reattach', { why })
    this.#timer = clock.setTimeout(() => this.attach(), Math.max(afterMs, delayMs))
  }

  #expectFrames() {
    const { clock, settings } = this.#port
    clock.clearTimeout(this.#timer)
    this.#timer = clock.setTimeout(() => this.#reattach('no frames'), settings.attachTimeoutMs)
  }
}
