const AT_ONCE = 4
const TRIES_MAX = 5
const PAUSE_MS = 1_000

/**
 * Does it with each, a few at a time; where the server wants some time, it gets it. Resolves with [item, error] of those that failed.
 */
export async function inTurn(items, action, wait = ms => new Promise(resolve => setTimeout(resolve, ms))) {
  const left = [...items]
  const failed = []
  const work = async () => {
    while (left.length) {
      const item = left.shift()
      await patiently(() => action(item), wait).catch(error => failed.push([item, error]))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return failed
}

async function patiently(action, wait) {
  for (let tries = 1; ; tries++) {
    try {
      return await action()
    } catch (error) {
      if (!error.retryable || tries >= TRIES_MAX) throw error
      await wait(error.afterMs ?? PAUSE_MS)
    }
  }
}
