import { CommandError, RETRIED } from './commands.js'
import { fullJitter, uuid } from './settings.js'

/** Commands that exist only over REST. Each is sent with the same `Idempotency-Key` until it is answered. */
export class Rest {
  #port

  /** `port`: base (of /api/v1), token(asked), fetch, isClosed() -> boolean, clock, random, settings. */
  constructor(port) {
    this.#port = port
  }

  /** Resolves with what the server returns, rejects with a `CommandError`. */
  async post(path, body, id = uuid()) {
    const { clock, random, settings, isClosed } = this.#port
    const endsAt = clock.now() + settings.commandAgeMs
    for (let attempt = 0, renew = false; ; attempt++) {
      if (isClosed()) throw new CommandError({ id, code: 'unavailable', message: 'The connection is closed.', retryable: true })
      const { result, error, status } = await this.#try(path, body, id, renew)
      if (!error) return result
      const isStale = status === 401 && !renew
      if (!isStale && !(error.retryable && RETRIED.has(error.code))) throw new CommandError({ ...error, id })
      renew = isStale
      const delayMs = isStale ? 0 : Math.max(error.afterMs ?? 0, fullJitter(attempt, settings, random))
      if (clock.now() + delayMs >= endsAt) throw new CommandError({ ...error, id })
      await new Promise(resolve => clock.setTimeout(resolve, delayMs))
    }
  }

  async #try(path, body, id, renew) {
    const { base, token, fetch, clock, settings } = this.#port
    const aborter = new AbortController()
    const timer = clock.setTimeout(() => aborter.abort(), settings.answerTimeoutMs)
    try {
      const bearer = await token({ renew })
      const headers = { 'content-type': 'application/json', 'idempotency-key': id }
      if (bearer) headers.authorization = `Bearer ${bearer}`
      const request = { method: 'POST', headers, body: JSON.stringify(body), signal: aborter.signal }
      const response = await fetch(`${base}${path}`, request)
      if (response.ok) return { result: await response.json() }
      return { status: response.status, error: problemOf(response.status, await response.json().catch(() => null)) }
    } catch (failure) {
      return { error: { code: 'unavailable', message: failure.message, retryable: !failure.final } }
    } finally {
      clock.clearTimeout(timer)
    }
  }
}

/** The error of a response with that JSON. One that does not come from the server, for example from a proxy, may be temporary. */
export function problemOf(status, said) {
  if (said?.code) return said
  const retryable = status === 429 || status >= 500
  return { code: retryable ? 'unavailable' : 'internal', message: `The server answered ${status}.`, retryable }
}
