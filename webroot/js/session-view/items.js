/** The items of a transcript: texts, reasoning and tool calls, and how AG-UI events change them. */

import { filesOf, othersOf, textOf, wholeOf, withTail } from '../chat/content.js'

const NAMED = new Set(['success', 'cancelled', 'interrupt', 'error'])

export const textItem = (kind, { messageId, role, run, at, seq, text = '', others = [], files = [], open, metadata = {} }) => ({
  key: `${kind}:${messageId}`, kind, id: messageId, role, run, at, seq, text, open,
  ...(others.length && { others }),
  ...(files.length && { files }),
  ...(metadata.by && { by: metadata.by }),
  ...(metadata.command && { command: metadata.command }),
  ...(metadata.origin && { origin: metadata.origin }),
  ...(metadata.model && { model: metadata.model }),
  ...(metadata.usage && { usage: metadata.usage, durationMs: metadata.durationMs }),
  ...(metadata.contextUse && { contextUse: metadata.contextUse }),
  ...(metadata.feedback && { feedback: metadata.feedback }),
})

/** `state`: `running`, `done`, `failed`, `cancelled`, `rejected` (not made) or `unknown` (nobody knows whether it was). */
export const toolItem = ({ id, name, parent, run, at, seq, args = '', ended }) => ({
  key: `tool:${id}`, kind: 'tool', id, name, parent, run, at, seq, arguments: args, ended,
  state: 'running', result: null,
})

/** What the log says between messages, see protocol.md: `name` and `value` are those of the event. */
export const noteItem = ({ name, value, run, at, seq }) => ({ key: `note:${seq}`, kind: 'note', name, value, run, at, seq })

/** A snapshot names an outcome by a word, an event by an object; a word that is no outcome is an error's code. */
export function outcomeOf(value, code) {
  if (typeof value === 'object') return value
  if (!NAMED.has(value)) return { type: 'error', code: value }
  return { type: value, ...(code && { code }) }
}

/** What `metadata.status` of a result says of its call. Not `metadata.outcome`: in a snapshot that is the run's. */
const STATES = { error: 'failed', cancelled: 'cancelled', rejected: 'rejected', unknown: 'unknown' }

/** A cancelled call has a result that says so: in `metadata.status`, or else in its first word. `at`: when the result came. */
export function withResult(item, { messageId, content, metadata, error }, seq, at) {
  const text = typeof content === 'string' || Array.isArray(content) ? wholeOf(content) : JSON.stringify(content ?? '')
  const cancelled = /^["[(]?cancell?ed\b/i.test(text.trim())
  const state = STATES[metadata?.status] ?? (cancelled ? 'cancelled' : error ? 'failed' : 'done')
  const files = filesOf(content)
  return { ...item, ended: true, state, result: { id: messageId, text, ...(files.length && { files }), seq, at } }
}

/** What somebody decided about a call. One that was dropped is never made. */
export function decided(item, { decision, by, text }) {
  const how = { decision, ...(by && { by }), ...(text && { text }) }
  const isOver = decision === 'cancelled' && item.state === 'running'
  return { ...item, decision: how, ...(isOver && { ended: true, state: 'cancelled' }) }
}

/** The call may be made with other arguments than the model's, which are kept: the decision may become void. */
export function withDecision(items, toolCall, { arguments: args, ...how }, seq) {
  return change(items, `tool:${toolCall}`, item => ({
    ...decided(item, how), decidedSeq: seq,
    ...(args !== undefined && { arguments: args, asked: item.arguments }),
  }))
}

export function itemsOf(items, event, meta) {
  const { messageId, toolCallId, subagentRunId: by } = event
  if (by) {
    const isOwn = event.type.startsWith('SUBAGENT')
    return isOwn && event.parentToolCallId ? within(items, event.parentSubagentRunId, its => change(its, `tool:${event.parentToolCallId}`, item =>
      ({ ...item, subagent: { id: by, name: event.name }, inner: item.inner ?? [] }))) :
      isOwn ? items : within(items, by, its => itemsOf(its, { ...event, subagentRunId: null }, meta))
  }
  switch (event.type) {
    case 'TEXT_MESSAGE_START':
      return add(items, begun(event, meta))
    case 'REASONING_MESSAGE_START':
      return add(items, textItem('reasoning', { ...event, ...meta, role: 'reasoning', open: true }))
    case 'TOOL_CALL_START':
      return add(items, toolItem({
        id: toolCallId, name: event.toolCallName, parent: event.parentMessageId ?? null, ...meta, ended: false,
      }))
    case 'TEXT_MESSAGE_CONTENT':
      return change(items, `text:${messageId}`, item => ({ ...item, text: item.text + event.delta }))
    case 'REASONING_MESSAGE_CONTENT':
      return change(items, `reasoning:${messageId}`, item => ({ ...item, text: item.text + event.delta }))
    case 'TOOL_CALL_ARGS':
      return change(items, `tool:${toolCallId}`, item => ({ ...item, arguments: item.arguments + event.delta }))
    case 'TEXT_MESSAGE_END':
      return change(items, `text:${messageId}`, ended)
    case 'REASONING_MESSAGE_END':
      return change(items, `reasoning:${messageId}`, item => ({ ...item, open: false }))
    case 'TOOL_CALL_END':
      return change(items, `tool:${toolCallId}`, item => ({ ...item, ended: true }))
    case 'TOOL_CALL_RESULT':
      return change(items, `tool:${toolCallId}`, item => withResult(item, event, meta.seq, meta.at))
    default:
      return items
  }
}

/** What a sub-agent does is in the call that it answers; `by`: its id, none for the agent of the run. */
function within(items, by, action) {
  const isIn = ({ subagent, inner }) => subagent && (subagent.id === by || inner.some(isIn))
  const index = by ? items.findLastIndex(isIn) : -1
  if (index < 0) return by ? items : action(items)
  const item = items[index]
  return items.with(index, { ...item, inner: item.subagent.id === by ? action(item.inner) : within(item.inner, by, action) })
}

/** Parts of a message come with its beginning, its first text behind them: what is text in them waits for its end. */
function begun(event, meta) {
  const parts = event.metadata?.parts
  const tail = textOf(parts)
  const item = textItem('text', { ...event, ...meta, role: event.role ?? 'assistant', others: othersOf(parts), files: filesOf(parts), open: true })
  return tail ? { ...item, tail } : item
}

function ended({ tail, ...item }) {
  return { ...item, open: false, text: tail ? withTail(item.text, tail) : item.text }
}

/** What a run took, told with its last text, as snapshots do. Without `usage` nothing is known. */
export function withUsage(items, { run, usage, contextUse, durationMs }) {
  const last = items.findLastIndex(item => item.run === run && item.kind === 'text' && item.role === 'assistant')
  return usage && last >= 0 ? items.with(last, { ...items[last], usage, durationMs, ...(contextUse && { contextUse }) }) : items
}

/** The session closes all before the terminal event, but what is asked about; should something be left, it does not look alive. */
export function closeAll(items, interrupts, calls) {
  const asked = new Set([...interrupts.map(interrupt => interrupt.toolCallId), ...calls])
  const waits = interrupts.some(interrupt => interrupt.subagentRunId) // and so does the call of its sub-agent
  const isAlive = item => item.kind === 'tool' ? item.state === 'running' && !asked.has(item.id) && !(waits && item.inner) : item.open
  if (!items.some(isAlive)) return items
  return items.map(item => {
    if (!isAlive(item)) return item
    return item.kind === 'tool' ? { ...item, ended: true, state: 'cancelled' } : { ...item, open: false }
  })
}

/**
 * Everything that began behind `toSeq` is void; `lastMessage` is the last that is not (null: none). A call whose result
 * is void is open again. Of an item that was read while it was open only its place tells when it began.
 */
export function cutAfter(items, lastMessage, toSeq) {
  if (lastMessage === null || lastMessage === undefined) return []
  const isNamed = ({ id, parent, result }) => [id, parent, result?.id].includes(lastMessage)
  const last = items.findLastIndex(item => item.seq <= toSeq || isNamed(item))
  const isKept = (item, i) => item.seq === undefined ? i <= last : item.seq <= toSeq
  return items.filter(isKept).map(item => undecidedAfter(toSeq, reopenedAfter(toSeq, item)))
}

function reopenedAfter(toSeq, item) {
  if (item.inner) item = { ...item, inner: cutAfter(item.inner, '', toSeq) }
  return item.result?.seq > toSeq ? { ...item, state: 'running', result: null } : item
}

function undecidedAfter(toSeq, item) {
  if (!(item.decidedSeq > toSeq)) return item
  const { decision, decidedSeq, asked, ...rest } = item
  return { ...rest, arguments: asked ?? item.arguments }
}

function add(items, item) {
  return items.some(other => other.key === item.key) ? items : [...items, item]
}

/** From the end: what changes is nearly always the last. */
export function change(items, key, action) {
  const index = items.findLastIndex(item => item.key === key)
  if (index < 0) return items
  const changed = items.slice() // `with` takes several times as long
  changed[index] = action(items[index])
  return changed
}

/** Whether somebody or something said or did it. */
export const isSaid = item => Boolean(item.text || item.others || item.files) || item.kind === 'tool'

/** Whether a transcript has anything to show of it. */
export const isShown = item => isSaid(item) || item.kind === 'note'
