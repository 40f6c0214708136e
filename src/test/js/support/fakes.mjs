// Time that is moved by hand, and a WebSocket whose other end is the test.
import { Client } from '../../../../webroot/js/client.js'

export class FakeClock {
  #now = 1_000_000
  #timers = []

  now = () => this.#now
  setTimeout = (action, ms) => {
    const timer = { action, at: this.#now + ms }
    this.#timers.push(timer)
    return timer
  }
  clearTimeout = timer => { this.#timers = this.#timers.filter(other => other !== timer) }

  async advance(ms) {
    const end = this.#now + ms
    for (;;) {
      await settled()
      const next = this.#timers.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.clearTimeout(next)
      this.#now = Math.max(this.#now, next.at)
      next.action()
    }
    this.#now = end
    await settled()
  }
}

export const settled = async () => { for (let i = 0; i < 10; i++) await null }

/** A client, of this kind, with a fake clock and fake sockets; `sockets` are those it opened, the newest last. */
export function harness({ Client: Kind = Client, ...options } = {}) {
  const clock = new FakeClock()
  const sockets = []
  const states = []
  const tokens = []
  class FakeSocket {
    readyState = 0
    sent = []
    constructor(url) {
      this.url = url
      sockets.push(this)
    }
    send(text) { this.sent.push(JSON.parse(text)) }
    close() { this.readyState = 3 }
    open() {
      this.readyState = 1
      this.onopen()
    }
    say(frame) { this.onmessage?.({ data: JSON.stringify(frame) }) }
    welcome(more) {
      this.open()
      this.say({ type: 'welcome', id: this.sent[0].id, heartbeatMs: 25_000, limits: {}, ...more })
    }
    drop(code = 1006, reason = '') {
      this.readyState = 3
      this.onclose?.({ code, reason })
    }
    last(type) { return this.sent.findLast(frame => frame.type === type) }
    all(type) { return this.sent.filter(frame => frame.type === type) }
  }
  const token = options.token ?? (asked => {
    tokens.push({ renew: asked.renew })
    return `token${tokens.length}`
  })
  const hints = new EventTarget()
  const client = new Kind({
    url: 'ws://test/ws', name: 'test', WebSocket: FakeSocket, clock, random: () => 1, hints, ...options, token,
  })
  client.on('state', state => states.push(state))
  const socket = () => sockets.at(-1)
  const connect = async () => {
    client.start()
    await settled()
    socket().welcome()
    return socket()
  }
  return { client, clock, sockets, socket, states, tokens, hints, connect }
}

/** Everything a session emits, in order, as [type, seq or mode]. */
export function record(session) {
  const heard = []
  for (const type of ['attached', 'snapshot', 'event', 'live', 'error', 'reattach']) {
    session.on(type, frame => heard.push([type, frame.mode ?? frame.code ?? frame.seq]))
  }
  return heard
}

export const attached = (attach, more) => ({
  type: 'attached', id: attach?.id, session: 's', epoch: 'e', head: 5, floor: 1, mode: 'snapshot', recovered: false,
  queue: [], interrupts: [], recalls: [], ...more,
})
export const page = (seq, more) => ({
  type: 'snapshot', session: 's', epoch: 'e', seq, messages: [], earlier: false, page: 1, last: true, ...more,
})
export const event = (seq, more) => ({
  type: 'event', session: 's', seq, ts: 1, event: { type: 'CUSTOM', name: 'n', value: {} }, ...more,
})
export const live = seq => ({ type: 'live', session: 's', seq })
