import { applyCustom } from './session-view/custom.js'
import { closeAll, itemsOf, outcomeOf, withUsage } from './session-view/items.js'
import { fromSnapshot, itemsFrom } from './session-view/snapshot.js'

/**
 * What one session looks like: a pure fold over `attached`, `snapshot` and `event` frames, the same from any mixture.
 * Nothing is changed in place: an item that is the same object as before looks the same as before.
 *
 * items: in order of their beginning, each { key, kind: 'text' | 'reasoning' | 'tool' | 'note', run, at, ... }
 * run: the active one, { id, startedAt, origin, steps, resumes?, stopping?, attempt? } or null
 * outcomes: by run id, { type: 'success' | 'cancelled' | 'interrupt' | 'error', code?, message? }
 * calls: those that their client is to execute, by id
 * interrupts: those that wait for a decision, { id, reason, message, toolCallId, expiresAt, metadata }
 * restarts: where a run went on from its last step, { run, after }: the key of the item before, or null
 */
export const emptyView = Object.freeze({
  epoch: null, seq: 0, ready: false,
  items: [], earlier: false,
  run: null, lastRun: null, outcomes: {},
  queue: [], interrupts: [], calls: [], recalls: [],
  title: null, agent: null,
  restarts: [],
  voids: [], // seqs between which messages are void, { after, before }
})

export function reduce(view, frame) {
  switch (frame.type) {
    case 'attached': return attached(view, frame)
    case 'snapshot': return { ...view, ...fromSnapshot(view, frame) }
    case 'event': return applied(view, frame)
    default: return view
  }
}

/** Older messages, read over REST, before those that are here. */
export function withEarlier(view, { messages, earlier }) {
  const known = new Set(view.items.map(item => item.key))
  const isVoid = ({ metadata }) => view.voids.some(({ after, before }) => metadata?.seq > after && metadata.seq < before)
  const { items, outcomes } = itemsFrom(messages.filter(message => !isVoid(message)), view.run, view.interrupts, view.calls)
  return {
    ...view,
    items: [...items.filter(item => !known.has(item.key)), ...view.items],
    outcomes: { ...outcomes, ...view.outcomes },
    earlier: Boolean(earlier),
  }
}

/**
 * Whether `after` misses something that `before` showed: what a log lost may never have been seen here. A chat without any
 * message has lost nothing: it was cleared, as a question is stored before it is shown. Nor has an answer that was being
 * written and is complete by now, even if another run has begun since: it was written again.
 */
export function isLess(before, after) {
  if (!after.items.length && !after.earlier) return false
  const kept = new Map(after.items.map(item => [item.key, item]))
  const first = after.earlier ? after.items[0]?.seq : 0 // what is older is there, but not here
  const again = answeredMeanwhile(before.run?.id, after)
  return before.items.some(({ key, kind, seq, text, run }) => {
    if (seq < first || (again && run === again) || (!text && kind !== 'tool')) return false
    return !kept.has(key) || (kind !== 'tool' && !kept.get(key).text.startsWith(text))
  })
}

/** That run, if it was active and has by now ended with an answer. */
function answeredMeanwhile(run, { run: active, items, outcomes }) {
  const ended = run && active?.id !== run && (outcomes[run]?.type ?? 'success') === 'success'
  return ended && items.some(item => item.run === run && item.role !== 'user') ? run : null
}

/** Queue, interrupts and recalls are those of the head; events on the way there end at the same. */
function attached(view, frame) {
  const { queue = [], interrupts = [], pendingToolCalls = [], recalls = [] } = frame
  const base = frame.mode === 'reset' ? { ...emptyView, title: view.title, agent: view.agent } : view
  const lastRun = frame.mode === 'replay' ? view.lastRun : frame.lastRun ?? null
  return { ...base, epoch: frame.epoch, agent: frame.agent ?? base.agent, queue, interrupts, calls: pendingToolCalls.map(call => call.toolCallId), recalls, lastRun }
}

function applied(view, frame) {
  const { event, run, seq } = frame
  const next = onEvent(view, event, { run, seq, at: frame.ts ?? null })
  return next.seq === seq ? next : { ...next, seq }
}

function onEvent(view, event, meta) {
  const items = itemsOf(view.items, event, meta)
  if (items !== view.items || event.subagentRunId) return { ...view, items }
  switch (event.type) {
    case 'RUN_STARTED': return { ...view, run: started(event, meta) }
    case 'STEP_STARTED': return withSteps(view, [...(view.run?.steps ?? []), event.stepName])
    case 'STEP_FINISHED': return withSteps(view, (view.run?.steps ?? []).filter(step => step !== event.stepName))
    case 'RUN_FINISHED': return ended(view, event, meta, outcomeOf(event.outcome ?? 'success'))
    case 'RUN_ERROR': return ended(view, event, meta, { type: 'error', code: event.code, message: event.message })
    case 'CUSTOM': return applyCustom(view, event.name, event.value ?? {}, meta)
    default: return view
  }
}

function started(event, { run, at }) {
  const { origin, resumes } = event.metadata ?? {}
  return { id: run ?? event.runId, startedAt: at, origin: origin ?? 'user', steps: [], ...(resumes && { resumes }) }
}

function withSteps(view, steps) {
  return view.run ? { ...view, run: { ...view.run, steps } } : view
}

/** While something is asked no run is active, so what the last one asks is all that is open. */
function ended(view, event, meta, { interrupts = [], pendingToolCallIds: calls = [], ...outcome }) {
  const id = meta.run ?? event.runId
  const startedAt = view.run?.id === id ? view.run.startedAt : null
  const durationMs = startedAt && meta.at ? Math.max(0, meta.at - startedAt) : undefined
  return {
    ...view,
    items: withUsage(closeAll(view.items, interrupts, calls), { run: id, usage: event.usage, contextUse: event.contextUse, durationMs }),
    interrupts, calls,
    run: view.run?.id === id ? null : view.run,
    lastRun: { id, outcome: outcome.type, ...(outcome.code && { code: outcome.code }) },
    outcomes: { ...view.outcomes, [id]: outcome },
  }
}
