const NOISE_MS = 2_000 // as far off a clock may seem to be because of the way from the server

let aheadMs = 0

/** What the server's clock says; called with its time when that arrives. A browser may be wrong by hours. */
export function setClock(serverMs, localMs = Date.now()) {
  const ms = serverMs - localMs
  aheadMs = Math.abs(ms) > NOISE_MS ? ms : 0
}

/** The time by the server, in milliseconds: the times of reminders and messages are the server's. */
export const now = () => Date.now() + aheadMs
