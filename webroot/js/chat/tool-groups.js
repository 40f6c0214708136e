import { callWords } from '../words/times.js'

const CALLS_MIN = 2
const NAMES_MAX = 3
const FINISHED = new Set(['done', 'failed', 'cancelled', 'unknown'])

/** How long a call took, in ms; undefined where that is not known: nobody counts how long a person thought about it. */
export function lastingOf({ at, result, decision, state }) {
  const known = Number.isFinite(at) && Number.isFinite(result?.at) && !decision && state !== 'running'
  return known ? Math.max(0, result.at - at) : undefined
}

/** The same array and the same rows as long as nothing changed. */
export class Groups {
  #made = new WeakMap() // by row: what it became in a group
  #last = { rows: null, open: '', grouped: [] }
  same = 0              // how many rows at the beginning are those of the last time

  /** `rows`, `open`: see {@link grouped}; `same`: how many rows at the beginning are what they were the last time. */
  of(rows, open, same = 0) {
    const opened = [...open].join('\n')
    const last = this.#last
    if (last.rows === rows && last.open === opened) {
      this.same = rows.length
      return last.grouped
    }
    let from = last.open === opened ? same : 0
    while (from > 0 && isFinished(rows[from - 1])) from-- // what comes next may make a group of them
    const marked = grouped(rows.slice(from), open).map((row, i) => row === rows[from + i] ? row : this.#kept(rows[from + i], row))
    this.same = from
    this.#last = { rows, open: opened, grouped: [...last.grouped.slice(0, from), ...marked] }
    return this.#last.grouped
  }

  #kept(from, row) {
    const known = this.#made.get(from)
    if (known && known.group === row.group && known.head === row.head && known.names === row.names) return known
    this.#made.set(from, row)
    return row
  }
}

/**
 * Finished calls that follow each other become one line, once something comes after them: while they come, nothing moves.
 * `rows`: see components/transcript.js; `open`: keys of the first calls of groups that are unfolded. Each call of a group gets `group`,
 * 'folded' or 'open', and the first its `head` in words.
 */
export function grouped(rows, open) {
  const marked = rows.slice()
  let from = 0
  while (from < rows.length) {
    let to = from
    while (to < rows.length && isFinished(rows[to])) to++
    if (to - from >= CALLS_MIN && (to < rows.length || rows[to - 1].last)) mark(marked, from, to, open)
    from = Math.max(to, from + 1)
  }
  return marked
}

/** What a person decided stays in sight, and so does what is said below a call. */
const isFinished = ({ item, asked, outcome, verdict, goesOn }) =>
  item.kind === 'tool' && FINISHED.has(item.state) && !item.decision && !asked && !verdict && !goesOn &&
  (!outcome || outcome.type === 'success')

function mark(rows, from, to, open) {
  const calls = rows.slice(from, to).map(row => row.item)
  const group = open.has(calls[0].key) ? 'open' : 'folded'
  for (let i = from; i < to; i++) rows[i] = { ...rows[i], group }
  Object.assign(rows[from], { head: headWords(calls), names: namesOf(calls) })
}

function headWords(calls) {
  const count = (states, words) => {
    const found = calls.filter(({ state }) => states.includes(state)).length
    return found ? `${found} ${words}` : ''
  }
  const ms = togetherMs(calls)
  const time = ms === undefined ? '' : callWords(ms)
  return [`${calls.length} calls`, time, count(['failed'], 'failed'), count(['cancelled', 'unknown'], 'without a result')]
    .filter(Boolean).join(', ')
}

function namesOf(calls) {
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
