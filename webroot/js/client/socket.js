/** One WebSocket from its opening to its end: `hello`, liveness, and exactly one call of `onClosed`. */
export class Socket {
  #options
  #socket
  #lastHeardAt
  #silenceMaxMs
  #timer
  #ended = false
  #opened = false
  welcomed = false

  /** `options`: url, WebSocket, clock, settings, hello (frame), onWelcome, onFrame, onClosed ({ code, reason, refused: nobody answered }). */
  constructor(options) {
    this.#options = options
    const { clock, settings } = options
    this.#timer = clock.setTimeout(() => this.#end(1006, 'no welcome'), settings.connectTimeoutMs)
    try {
      this.#socket = new options.WebSocket(options.url)
    } catch (refused) {
      clock.clearTimeout(this.#timer)
      this.#timer = clock.setTimeout(() => this.#end(1006, String(refused)), 0)
      return
    }
    this.#socket.onopen = () => {
      this.#opened = true
      this.send(options.hello)
    }
    this.#socket.onmessage = message => this.#receive(message.data)
    this.#socket.onclose = close => this.#end(close.code, close.reason)
    this.#socket.onerror = () => {} // always followed by close, which says more
  }

  /** Whether the frame was handed to the socket; not whether it arrived. */
  send(frame) {
    if (this.#ended || this.#socket?.readyState !== 1) return false
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
    return true
  }

  /** Asks for a sign of life after a hint that the network changed: without one the socket is given up. Returns whether it could ask. */
  probe(id) {
    const { clock, settings } = this.#options
    const askedAt = clock.now()
    if (!this.send({ type: 'ping', id })) return false
    clock.setTimeout(() => {
      if (this.#lastHeardAt < askedAt) this.#end(1006, 'no pong')
    }, settings.probeMs)
    return true
  }

  close(reason = '') {
    this.#end(1000, reason)
  }

  #receive(data) {
    if (this.#ended) return
    const { clock, settings, onWelcome, onFrame } = this.#options
    this.#lastHeardAt = clock.now()
    let frame
    try {
      frame = JSON.parse(data)
    } catch {
      return this.#end(1006, 'malformed frame')
    }
    if (frame.type !== 'welcome') return onFrame(frame)
    this.welcomed = true
    this.#silenceMaxMs = 2 * (frame.heartbeatMs ?? settings.heartbeatMs) + settings.livenessMarginMs
    clock.clearTimeout(this.#timer)
    this.#watch(this.#silenceMaxMs)
    onWelcome(frame)
  }

  #watch(ms) {
    const { clock } = this.#options
    this.#timer = clock.setTimeout(() => {
      const silentMs = clock.now() - this.#lastHeardAt
      if (silentMs >= this.#silenceMaxMs) this.#end(1006, 'silent')
      else this.#watch(this.#silenceMaxMs - silentMs)
    }, ms)
  }

  /** A dead peer never completes the closing handshake, so the end is told without waiting for it. */
  #end(code, reason) {
    if (this.#ended) return
    this.#ended = true
    this.#options.clock.clearTimeout(this.#timer)
    if (this.#socket) {
      this.#socket.onmessage = this.#socket.onclose = null
      try {
        this.#socket.close()
      } catch { /* it is closed */ }
    }
    this.#options.onClosed({ code, reason, refused: !this.#opened })
  }
}
