/** The items of a transcript: texts, reasoning and tool calls, and how AG-UI events change them. */

const NAMED = new Set(['success', 'cancelled', 'interrupt', 'error'])

export const textItem = (kind, { messageId, role, run, at, seq, text = '', open, metadata = {} }) => ({
  key: `${kind}:${messageId}`, kind, id: messageId, role, run, at, seq, text, open,
  ...(metadata.by && { by: metadata.by }),
  ...(metadata.command && { command: metadata.command }),
  ...(metadata.origin && { origin: metadata.origin }),
})

export const toolItem = ({ id, name, parent, run, at, seq, args = '', ended }) => ({
  key: `tool:${id}`, kind: 'tool', id, name, parent, run, at, seq, arguments: args, ended,
  state: 'running', result: null,
})

/** A snapshot names an outcome by a word, an event by an object; a word that is no outcome is an error's code. */
export function outcomeOf(value, code) {
  if (typeof value === 'object') return value
  if (!NAMED.has(value)) return { type: 'error', code: value }
  return { type: value, ...(code && { code }) }
}

/**
 * A cancelled call has a result that says so: in `metadata.status`, or else in its first word. Not in
 * `metadata.outcome`: in a snapshot that is the outcome of the run.
 */
export function withResult(item, { messageId, content, metadata = {}, error }) {
  const text = typeof content === 'string' ? content : JSON.stringify(content ?? '')
  const cancelled = metadata.status === 'cancelled' || /^["[(]?cancell?ed\b/i.test(text.trim())
  const state = cancelled ? 'cancelled' : error || metadata.status === 'error' ? 'failed' : 'done'
  return { ...item, ended: true, state, result: { id: messageId, text } }
}

export function itemsOf(items, event, meta) {
  const { messageId, toolCallId } = event
  switch (event.type) {
    case 'TEXT_MESSAGE_START':
      return add(items, textItem('text', { ...event, ...meta, role: event.role ?? 'assistant', open: true }))
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
      return change(items, `text:${messageId}`, item => ({ ...item, open: false }))
    case 'REASONING_MESSAGE_END':
      return change(items, `reasoning:${messageId}`, item => ({ ...item, open: false }))
    case 'TOOL_CALL_END':
      return change(items, `tool:${toolCallId}`, item => ({ ...item, ended: true }))
    case 'TOOL_CALL_RESULT':
      return change(items, `tool:${toolCallId}`, item => withResult(item, event))
    default:
      return items
  }
}

/** The session closes every open item before the terminal event; should one be left, it does not look alive. */
export function closeRun(items, run) {
  const alive = item => item.run === run && (item.open || item.state === 'running')
  if (!items.some(alive)) return items
  return items.map(item => {
    if (!alive(item)) return item
    return item.kind === 'tool' ? { ...item, ended: true, state: 'cancelled' } : { ...item, open: false }
  })
}

/** Everything after that message is void (null: everything); one that is not here is older than all that is. */
export function cutAfter(items, message, toSeq) {
  if (message === null || message === undefined) return []
  const last = items.findLastIndex(({ id, parent, result }) => [id, parent, result?.id].includes(message))
  return last >= 0 ? items.slice(0, last + 1) : items.filter(item => item.seq !== undefined && item.seq <= toSeq)
}

function add(items, item) {
  return items.some(other => other.key === item.key) ? items : [...items, item]
}

/** From the end: what changes is nearly always the last. */
function change(items, key, action) {
  const index = items.findLastIndex(item => item.key === key)
  return index < 0 ? items : items.with(index, action(items[index]))
}
