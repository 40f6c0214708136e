import { fullJitter } from './settings.js'

/** Errors that are retried if the server says that a retry may succeed. */
export const RETRIED = new Set(['unavailable', 'timeout', 'too_many_requests'])

/**
 * The error with which a command's promise rejects: the server's `error`, or an error of the client in the same form.
 */
export class CommandError extends Error {
  constructor({ code, message, retryable = false, id }) {
    super(message)
    Object.assign(this, { name: 'CommandError', code, retryable, id })
  }
}

/** Commands without an answer. Each is sent with the same id until it is answered, also across reconnects. */
export class Commands {
  #pending = new Map()
  #port

  /** `port`: send(frame) -> boolean, clock, random, settings. */
  constructor(port) {
    this.#port = port
  }

  /**
   * Resolves with the `result`, rejects with a `CommandError`. A command with the id of a pending one returns the same
   * promise.
   */
  submit(frame) {
    const known = this.#pending.get(frame.id)
    if (known) return known.promise
    const refused = this.#refusal(frame)
    if (refused) return Promise.reject(new CommandError({ ...refused, id: frame.id }))
    const { clock, settings } = this.#port
    const command = { frame, attempt: 0 }
    command.promise = new Promise((resolve, reject) => Object.assign(command, { resolve, reject }))
    this.#pending.set(frame.id, command)
    command.limit = clock.setTimeout(() => this.#giveUp(command), settings.commandAgeMs)
    this.#transmit(command)
    return command.promise
  }

  /** After a reconnect: sends all pending commands again, in order, because their outcome is unknown. */
  resend() {
    for (const command of this.#pending.values()) this.#transmit(command)
  }

  /** The connection was lost: stops the timers; the commands stay pending. */
  suspend() {
    for (const command of this.#pending.values()) this.#port.clock.clearTimeout(command.timer)
  }

  /** Takes a `result` or `error`. Returns false if no pending command has its id. */
  answer(frame) {
    const command = this.#pending.get(frame.id)
    if (!command) return false
    if (frame.type === 'result') this.#settle(command).resolve(frame)
    else if (frame.retryable && RETRIED.has(frame.code)) this.#later(command, frame.afterMs)
    else this.#settle(command).reject(new CommandError(frame))
    return true
  }

  /** Rejects all pending commands, because this client receives no more answers. */
  abandon(reason) {
    for (const command of [...this.#pending.values()]) {
      const error = { code: 'unavailable', message: reason, retryable: true, id: command.frame.id }
      this.#settle(command).reject(new CommandError(error))
    }
  }

  #refusal(frame) {
    const { commandsMax, frameBytesMax } = this.#port.settings
    if (this.#pending.size >= commandsMax) {
      return { code: 'too_many_requests', message: 'Too many commands are waiting for an answer.', retryable: true }
    }
    if (new TextEncoder().encode(JSON.stringify(frame)).length > frameBytesMax) {
      return { code: 'too_large', message: 'This is too large to send.' }
    }
    return null
  }

  #transmit(command) {
    const { clock, settings, send } = this.#port
    clock.clearTimeout(command.timer)
    if (send(command.frame)) command.timer = clock.setTimeout(() => this.#transmit(command), settings.answerTimeoutMs)
  }

  #later(command, afterMs = 0) {
    const { clock, settings, random } = this.#port
    clock.clearTimeout(command.timer)
    const delayMs = Math.max(afterMs, fullJitter(command.attempt++, settings, random))
    command.timer = clock.setTimeout(() => this.#transmit(command), delayMs)
  }

  #giveUp(command) {
    const message = 'The server did not answer. It is not known whether it took this.'
    const error = { code: 'timeout', message, retryable: true, id: command.frame.id }
    this.#settle(command).reject(new CommandError(error))
  }

  #settle(command) {
    this.#pending.delete(command.frame.id)
    this.#port.clock.clearTimeout(command.timer)
    this.#port.clock.clearTimeout(command.limit)
    return command
  }
}
