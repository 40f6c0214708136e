/** Limits and waits of the client. All of them can be given to the constructor. */
export const defaults = Object.freeze({
  backoffMinMs: 500,
  backoffMaxMs: 30_000,
  backoffWatchedMaxMs: 5_000, // while somebody looks, and the server is only gone: it said so, or is not reached
  stableMs: 5_000,          // a connection that lasted this long starts the backoff over
  connectTimeoutMs: 15_000, // from asking for a token to `welcome`
  heartbeatMs: 25_000,      // until `welcome` says otherwise
  livenessMarginMs: 5_000,  // silence of two heartbeats and this is a dead connection
  probeMs: 5_000,           // wait for `pong` after a hint that the network changed
  goawayGraceMs: 30_000,    // a server that said goaway and does not close is left after this
  attachTimeoutMs: 15_000,  // no frame of a session that is not live yet
  answerTimeoutMs: 15_000,  // an unanswered command is sent again, with the same id
  commandAgeMs: 300_000,    // then it is given up; the server remembers ids for 24 h
  commandsMax: 100,
  frameBytesMax: 1_048_576, // the server closes 1009, final, above it
  tokenRenewMs: 60_000,     // a token with a known end is replaced this long before it
})

export const realClock = {
  now: () => Date.now(),
  setTimeout: (action, ms) => setTimeout(action, ms),
  clearTimeout: timer => clearTimeout(timer),
}

/** Full jitter: anywhere between now and a bound that doubles with each attempt. */
export function fullJitter(attempt, { backoffMinMs, backoffMaxMs }, random, maxMs = backoffMaxMs) {
  return Math.round(random() * Math.min(maxMs, backoffMinMs * 2 ** Math.min(attempt, 30)))
}

/** `crypto.randomUUID` exists only on https and localhost; a server on a home network has neither. */
export function uuid() {
  if (globalThis.crypto.randomUUID) return globalThis.crypto.randomUUID()
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6] & 0x0f) | 0x40
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
