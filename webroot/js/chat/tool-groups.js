const CALLS_MIN = 2
const SHOWN_MIN = 3 // of the newest calls of a run that goes on
const FINISHED = new Set(['done', 'failed', 'cancelled', 'unknown'])

/** What `openGroups` holds for a call that is read, or has the focus: it stays in sight when it gets into a group. */
export const heldKey = key => `held ${key}`

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
    while (from > 0 && (isPlain(rows[from - 1]) || isNote(rows[from - 1]))) from-- // what comes next may make a group of them
    const marked = grouped(rows.slice(from), open).map((row, i) => row === rows[from + i] ? row : this.#kept(rows[from + i], row))
    this.same = from
    this.#last = { rows, open: opened, grouped: [...last.grouped.slice(0, from), ...marked] }
    return this.#last.grouped
  }

  #kept(from, row) {
    const known = this.#made.get(from)
    if (known && known.group === row.group && isSame(known.calls, row.calls)) return known
    this.#made.set(from, row)
    return row
  }
}

const isSame = (a, b) => a === b || (a?.length === b?.length && a.every((call, i) => call === b[i]))

/**
 * Finished calls that follow each other become one line, with what the log says between them. While their run goes on, the
 * newest stay as they are: as many as were made at once, so that nothing on the page moves up before something else comes.
 * `rows`: see components/transcript.js; `open`: keys of the first calls of groups that are unfolded, and see {@link heldKey}.
 * Each row of a group gets `group`: 'folded', 'open', or 'kept' (shown although the group is folded), and the first `calls`.
 */
export function grouped(rows, open) {
  const marked = rows.slice()
  let from = 0
  while (from < rows.length) {
    let to = from
    while (to < rows.length && (isPlain(rows[to]) || (isNote(rows[to]) && to > from))) to++
    const goesOn = to > from && to === rows.length && !rows[to - 1].last
    markAll(marked, from, goesOn ? newestFrom(rows, from) : to, open)
    from = Math.max(to, from + 1)
  }
  return marked
}

const isNote = ({ item }) => item.kind === 'note'

/** What a person decided stays in sight, and so does what is said below a call. */
const isPlain = ({ item, asked, rests, outcome, verdict, goesOn }) =>
  item.kind === 'tool' && !item.decision && !asked && !rests && !verdict && !goesOn && (!outcome || outcome.type === 'success')

const isFinished = row => isPlain(row) && FINISHED.has(row.item.state)

/** Where the newest calls begin that are not put into a group yet. */
function newestFrom(rows, from) {
  const calls = rows.slice(from).filter(isPlain)
  let [most, count] = [SHOWN_MIN, 0]
  calls.forEach(({ item: { parent } }, i) => {
    count = parent && parent === calls[i - 1]?.item.parent ? count + 1 : 1
    most = Math.max(most, count)
  })
  const first = calls.at(-most)
  return first ? rows.indexOf(first, from) : from
}

/** Makes groups of all that are finished from `from` to `to` (exclusive). */
function markAll(rows, from, to, open) {
  for (let begin = from; begin < to; begin++) {
    if (!isFinished(rows[begin])) continue
    let end = begin
    let next = begin
    for (; next < to && (isFinished(rows[next]) || isNote(rows[next])); next++) if (!isNote(rows[next])) end = next + 1
    mark(rows, begin, end, open)
    begin = next
  }
}

function mark(rows, from, to, open) {
  const calls = rows.slice(from, to).filter(row => !isNote(row)).map(row => row.item)
  if (calls.length < CALLS_MIN) return
  const isOpen = open.has(calls[0].key)
  for (let i = from; i < to; i++) {
    const { key, state } = rows[i].item
    rows[i] = { ...rows[i], group: isOpen ? 'open' : state === 'failed' || open.has(heldKey(key)) ? 'kept' : 'folded' }
  }
  rows[from].calls = calls
}
