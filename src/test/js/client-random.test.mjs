// A server that loses, repeats and cuts at random, and still the tab ends with exactly what is in the log.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyView, reduce } from '../../../webroot/js/session-view.js'
import { harness, settled } from './support/fakes.mjs'
import { merged, randomLog, randomOf } from './support/random-log.mjs'
import { snapshotAt } from './support/server-fold.mjs'

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))

class Server {
  epoch = 'e0'
  head = 0
  sent = 0 // last seq the present socket was sent; 0: nobody is attached
  effects = new Map()
  #random
  #frames

  constructor(random, frames) {
    this.#random = random
    this.#frames = frames
  }

  get isDone() { return this.head === this.#frames.length }
  #chance(p) { return this.#random() < p }

  take(socket) {
    for (const frame of socket.sent.splice(0)) {
      if (frame.type === 'hello') socket.say({ type: 'welcome', id: frame.id, heartbeatMs: 25_000, limits: {} })
      else if (frame.type === 'attach') this.#attach(socket, frame)
      else if (frame.type === 'send') this.#send(socket, frame)
    }
  }

  #attach(socket, { id, epoch, after }) {
    if (this.#chance(0.1)) return // lost: the client asks again
    const covered = epoch === this.epoch && after <= this.head
    const mode = epoch === undefined ? 'snapshot' : covered ? 'replay' : 'reset'
    this.begin(socket, { id, mode, after })
  }

  begin(socket, { id, mode, after }) {
    const { attached, snapshot } = snapshotAt('s', this.epoch, this.#frames, this.head)
    socket.say({ ...attached, id, mode, recovered: mode === 'replay' })
    if (mode === 'replay') merged(this.#random, this.#frames.slice(after, this.head)).forEach(frame => socket.say(frame))
    else {
      const half = Math.floor(snapshot.messages.length / 2)
      const { run, ...first } = snapshot
      socket.say({ ...first, messages: snapshot.messages.slice(0, half), last: false })
      if (this.#chance(0.1)) return this.#cut(socket)
      socket.say({ ...snapshot, messages: snapshot.messages.slice(half), page: 2 })
    }
    socket.say({ type: 'live', session: 's', seq: this.head })
    this.sent = this.head
  }

  /** The log grows; what is sent of it may be lost, sent twice, or sent to nobody. */
  grow(socket) {
    const count = Math.min(1 + Math.floor(this.#random() * 5), this.#frames.length - this.head)
    for (const frame of merged(this.#random, this.#frames.slice(this.head, this.head + count))) {
      if (this.sent && !this.#chance(0.03)) socket.say(frame)
      if (this.sent && this.#chance(0.03)) socket.say(frame)
      if (this.sent) this.sent = frame.seq
    }
    this.head += count
    if (this.#chance(0.05)) this.#cut(socket)
    else if (this.#chance(0.02)) this.#crash(socket)
    else if (this.#chance(0.1)) this.beat(socket)
  }

  beat(socket) {
    socket.say({ type: 'beat', sent: this.sent ? { s: this.sent } : {} })
  }

  #cut(socket) {
    this.sent = 0
    socket.drop(1006)
  }

  #crash(socket) {
    this.epoch = `e${Number(this.epoch.slice(1)) + 1}`
    if (this.#chance(0.5)) this.#cut(socket)
    else if (this.sent) this.begin(socket, { mode: 'reset' })
  }

  #send(socket, { id, text }) {
    if (this.#chance(0.2)) return
    const duplicate = this.effects.has(id)
    this.effects.set(id, text)
    if (this.#chance(0.2)) return this.#cut(socket)
    socket.say({ type: 'result', id, message: `m-${id}`, status: 'started', duplicate })
  }
}

test('after any lost, repeated or cut frames the view equals the log, and each command has one effect', async t => {
  t.diagnostic(`SEED=${SEED}`)
  const random = randomOf(SEED)
  for (let round = 0; round < 25; round++) {
    const frames = randomLog(random, 5)
    const server = new Server(random, frames)
    const { client, clock, socket } = harness({ random })
    let view = emptyView
    let doubled = 0
    const session = client.session('s')
    for (const type of ['attached', 'snapshot', 'event']) {
      session.on(type, frame => {
        if (type === 'event' && (frame.from ?? frame.seq) !== view.seq + 1) doubled++
        view = reduce(view, frame)
      })
    }
    client.start()
    const commands = []
    for (let turn = 0; turn < 4_000 && !(server.isDone && view.seq === server.head && turn > 200); turn++) {
      await settled()
      const wire = socket()
      if (wire.readyState === 0) wire.open()
      if (wire.readyState === 1) server.take(wire)
      if (wire.readyState === 1 && !server.isDone) server.grow(wire)
      else if (wire.readyState === 1 && random() < 0.2) server.beat(wire)
      if (commands.length < 5 && random() < 0.05) commands.push(client.send('s', `text ${commands.length}`))
      await clock.advance(Math.floor(random() * 400))
    }
    const where = `round ${round}, SEED=${SEED}`
    assert.equal(view.seq, frames.length, where)
    assert.equal(doubled, 0, where)
    const whole = frames.reduce(reduce, emptyView)
    const essence = ({ items, queue }) =>
      [queue, ...items.filter(item => item.text || item.kind === 'tool').map(item => [item.key, item.text, item.state])]
    assert.deepEqual(essence(view), essence(whole), where)
    const answers = Promise.all(commands)
    for (let i = 0; i < 200; i++) {
      if (socket().readyState === 0) socket().open()
      if (socket().readyState === 1) server.take(socket())
      if (socket().readyState === 1) server.beat(socket())
      await clock.advance(2_000)
    }
    await answers
    assert.equal(server.effects.size, commands.length, where)
    client.stop()
  }
})
