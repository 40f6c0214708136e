import { now } from '../browser/clock.js'
import { isSaid, isShown, toolItem } from '../session-view/items.js'
import { dayWords, expiryWords, startOfDay } from '../words/times.js'
import { lengthInCommon } from './pieces.js'

/**
 * Rows of the transcript: items, each with what is said above and below it. A row that says what it said before is the
 * same object, and made only where something changed: what a word or a letter costs does not grow with the chat.
 */
export class Rows {
  #made = new WeakMap() // by item: the row, and what it was made of
  #shared = null
  #last = { view: [], shown: [], shared: null, made: [], rows: [] }
  same = 0              // how many rows at the beginning are those of the last time

  /** The same array as long as nothing changed at all. */
  of(app) {
    const { items, interrupts } = app.chat.shown
    const shared = this.#sharedBy(app)
    const isKnown = this.#last.view === items && this.#last.shared === shared && !interrupts.length
    if (isKnown) this.same = this.#last.rows.length
    else this.#last = this.#next(app, shared)
    return this.#last.rows
  }

  #next(app, shared) {
    const { shown: view } = app.chat
    const last = this.#last
    const { shown, same } = shownOf(view.items, last)
    const items = view.interrupts.length ? [...shown, ...callsElsewhere(view)] : shown
    const holds = last.shared === shared && !view.interrupts.length
    this.same = holds ? Math.max(0, same - 1) : 0 // the row of the last in common may tell of the next
    const made = last.made.slice(0, this.same)
    const rows = last.rows.slice(0, this.same)
    for (let i = made.length; i < items.length; i++) {
      const before = i ? made[i - 1].day : startOfDay(now()) // nothing is said of a chat that begins today
      made.push(this.#at(items[i], { shared, next: items[i + 1], before, first: !i, decisions: app.decisions }))
      rows.push(made[i].row)
    }
    return { view: view.items, shown, shared, made, rows }
  }

  /** The same object as long as nothing in it changed. */
  #sharedBy(app) {
    const shared = sharedBy(app)
    if (!this.#shared || !isSame(shared, this.#shared)) this.#shared = shared
    return this.#shared
  }

  #at(item, { shared, next, before, first, decisions }) {
    const known = this.#made.get(item)
    const holds = known?.shared === shared && known.next === next && known.before === before
    if (holds && !known.row.asked) return known // what is written in a card that asks may have changed
    const at = item.at ?? item.since // of one that was being written when this tab came: when its run began
    const own = at ? startOfDay(at) : before
    const day = first ? own : Math.max(own, before) // clocks of servers differ a little
    const row = rowOf(item, { shared, next, decisions, begins: day === before ? undefined : dayWords(day, shared.today) })
    const made = { shared, next, before, day, row: known && isSame(row, known.row) ? known.row : row }
    this.#made.set(item, made)
    return made
  }
}

/** Those that have anything to show, and how many of these at the beginning are those of the last time. */
function shownOf(items, last) {
  const kept = lengthInCommon(items, last.view)
  let same = last.shown.length
  for (let i = kept; i < last.view.length; i++) if (isShown(last.view[i])) same--
  const shown = last.shown.slice(0, same)
  for (let i = kept; i < items.length; i++) if (isShown(items[i])) shown.push(items[i])
  return { shown, same }
}

/** History may be changed: nothing is written, and nothing waits. */
export const isIdle = ({ isBusy, view, pending, revising, versions }) =>
  !isBusy && !view.queue.length && !pending.length && !revising && !versions.shown

/** All that a row tells besides its item and the one below. */
function sharedBy({ chat, revising, found }) {
  const { shown: view, verdict } = chat
  const isOfRun = ({ run }) => run === view.run?.id
  return {
    run: view.run?.id,
    newest: view.interrupts.at(-1)?.metadata?.run ?? view.items.findLast(isSaid)?.run,
    outcomes: view.outcomes,
    interrupts: view.interrupts,
    calls: view.calls,
    idle: isIdle(chat),
    verdict,
    verdictAfter: verdict?.run && !isOfRun(verdict) ? null : keyShown(view.items, verdict?.key),
    // Only while it goes on: who reads the answer later is not told either.
    restarts: view.restarts.filter(isOfRun).map(({ after }) => keyShown(view.items, after)).join('\n'),
    found, revising,
    marks: chat.versions.marksOf(view),
    today: startOfDay(now()),
  }
}

/**
 * last: the run shows nothing more below; lastRun: nothing else came after this run; idle: it may be answered again;
 * outcome: that of the run, below its last item; verdict: reading went on differently here; goesOn: the run did;
 * found: it was sought, by a search or in the address; asked, draft, expires: it waits for a person, who has written so
 * much, until then; pending: its client is to execute it; rests: it is decided, others are not; begins: the day that begins with it, in words; versions: they
 * begin to differ with it.
 */
function rowOf(item, { shared, next, decisions, begins }) {
  const { run, newest, outcomes, interrupts, calls, idle, verdict, verdictAfter, restarts, found, revising, marks } = shared
  const last = next?.run !== item.run && item.run !== run
  const lastRun = item.run === newest
  const asked = interrupts.find(({ toolCallId }) => item.key === `tool:${toolCallId}`)
  return {
    item, last, lastRun, begins,
    idle: lastRun && idle,
    outcome: last ? outcomes[item.run] : undefined,
    verdict: verdictAfter === item.key ? verdict : undefined,
    goesOn: restarts.split('\n').includes(item.key),
    asked, draft: asked && decisions.of(asked.id), expires: asked && expiryWords(asked.expiresAt),
    versions: marks.get(item.key),
    pending: calls.includes(item.id) || undefined,
    rests: interrupts.length > 0 && !asked && item.state === 'running',
    found: found?.message === item.id || undefined,
    revised: revising?.message === item.id ? revising : undefined,
    thoughtMs: next?.run === item.run && next?.at && item.at ? next.at - item.at : undefined,
  }
}

const isSame = (a, b) => Object.keys(a).every(name => a[name] === b[name])

/** What is asked about calls that are too old to be here. */
function callsElsewhere({ items, interrupts }) {
  const isHere = ({ toolCallId }) => items.some(item => item.key === `tool:${toolCallId}`)
  return interrupts.filter(asked => !isHere(asked)).map(({ toolCallId, metadata = {} }) => toolItem({
    id: toolCallId, name: metadata.tool ?? 'Tool', args: metadata.arguments, run: metadata.run, ended: true,
  }))
}

/** The key of that item, or of the last one before it that has anything to show: what was lost may be all of a text. */
function keyShown(items, key) {
  if (key === undefined) return undefined
  const index = items.findLastIndex(item => item.key === key)
  return items.slice(0, index + 1).findLast(isShown)?.key
}
