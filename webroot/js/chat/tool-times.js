import { callWords } from '../words/times.js'

const NAMES_MAX = 3

/** How long a call took, in ms; undefined where that is not known: nobody counts how long a person thought about it. */
export function lastingOf({ at, result, decision, state }) {
  const known = Number.isFinite(at) && Number.isFinite(result?.at) && !decision && state !== 'running'
  return known ? Math.max(0, result.at - at) : undefined
}

/** What a group of calls is called: `5 tools used, 12 s, 1 failed`. */
export function groupWords(calls) {
  const count = (states, words) => {
    const found = calls.filter(({ state }) => states.includes(state)).length
    return found ? `${found} ${words}` : ''
  }
  const ms = togetherMs(calls)
  const time = ms === undefined ? '' : callWords(ms)
  return [`${calls.length} tools used`, time, count(['failed'], 'failed'), count(['cancelled', 'unknown'], 'without a result')]
    .filter(Boolean).join(', ')
}

/** Which tools: `sleep, time, …`. */
export function namesOf(calls) {
  const names = [...new Set(calls.map(({ name }) => name))]
  return names.slice(0, NAMES_MAX).join(', ') + (names.length > NAMES_MAX ? ', …' : '')
}

/** Those that ran side by side count once. */
function togetherMs(calls) {
  let total = 0
  let until = -Infinity
  for (const call of calls.toSorted((a, b) => a.at - b.at)) {
    const ms = lastingOf(call)
    if (ms === undefined) return undefined
    const end = call.at + ms
    total += Math.max(0, end - Math.max(call.at, until))
    until = Math.max(until, end)
  }
  return total
}
