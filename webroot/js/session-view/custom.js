import { change, closeAll, cutAfter, noteItem, withDecision } from './items.js'

const VOIDS_MAX = 50
const RESTARTS_MAX = 50

/** What AG-UI does not name. Unknown names change nothing. */
export function applyCustom(view, name, value, meta) {
  const { seq } = meta
  switch (name) {
    case 'queue.changed':
      return { ...view, queue: value.queue ?? [] }
    case 'run.stopping':
      return view.run?.id === value.run ? { ...view, run: { ...view.run, stopping: value.by ?? true } } : view
    case 'run.restarted':
      return restarted(view, value, seq)
    case 'history.rewound':
      return rewound(view, value, seq)
    case 'session.updated':
      return { ...view, title: 'title' in value ? value.title : view.title, agent: value.agent ?? view.agent }
    case 'interrupt.resolved':
      return resolved(view, value, seq)
    case 'recall.updated':
      return { ...view, recalls: withRecall(view.recalls, value) }
    case 'feedback.updated':
      return { ...view, items: change(view.items, `text:${value.message}`, item => ({ ...item, feedback: value })) }
    case 'tool.progress':
      return { ...view, items: change(view.items, `tool:${value.toolCallId}`, item => ({ ...item, progress: value })) }
    case 'context.summarised':
    case 'context.cleared':
    case 'middleware.skipped':
      return { ...view, items: [...view.items, noteItem({ name, value, ...meta })] }
    default:
      return view
  }
}

function rewound(view, { toSeq, lastMessage }, seq) {
  return { ...withoutVoid(view, { toSeq, lastMessage }, seq), earlier: view.earlier && lastMessage !== null }
}

/** The run goes on from its last step; what it showed after that is shown again, or differently. */
function restarted(view, { run, attempt, toSeq, lastMessage }, seq) {
  const kept = withoutVoid(view, { toSeq, lastMessage }, seq)
  const note = { run, after: kept.items.at(-1)?.key ?? null }
  return {
    ...kept,
    restarts: [...view.restarts, note].slice(-RESTARTS_MAX),
    run: view.run?.id === run ? { ...view.run, attempt, steps: [] } : view.run,
  }
}

/** What is void is remembered for a while: older messages may be on their way from before. */
function withoutVoid(view, { toSeq, lastMessage }, seq) {
  return {
    ...view,
    items: cutAfter(view.items, lastMessage, toSeq),
    voids: [...view.voids, { after: toSeq, before: seq }].slice(-VOIDS_MAX),
  }
}

function resolved(view, { interrupt, toolCall, ...decided }, seq) {
  const asked = view.interrupts.find(open => open.id === interrupt)
  const interrupts = view.interrupts.filter(open => open !== asked)
  if (view.calls.includes(toolCall)) return { ...view, calls: view.calls.filter(call => call !== toolCall) } // its result follows
  const items = withDecision(view.items, toolCall ?? asked?.toolCallId, decided, seq)
  return { ...view, interrupts, items: decided.decision === 'cancelled' ? closeAll(items, interrupts, view.calls) : items }
}

/** Those to come and paused ones are shown: while one runs its run is, and what is over is over. */
function withRecall(recalls, { action, reason, run, ...value }) {
  const known = recalls.find(other => other.recall === value.recall)
  const others = recalls.filter(other => other !== known)
  const { pause, ...rest } = known ?? {}
  const isShown = value.status === 'pending' || value.status === 'paused'
  return isShown ? [...others, { ...rest, ...value }] : others
}
