import { filesOf, othersOf, textOf } from '../chat/content.js'
import { decided, noteItem, outcomeOf, textItem, toolItem, withResult } from './items.js'

/** The part of a view that a snapshot (all its pages as one frame) decides. */
export function fromSnapshot(view, { epoch, seq, messages, earlier, run }) {
  const { lastRun, interrupts, calls } = view
  const { items, outcomes } = itemsFrom(messages, run, interrupts, calls)
  if (lastRun && lastRun.id !== run?.id) {
    const known = outcomes[lastRun.id]
    outcomes[lastRun.id] = { ...known, ...outcomeOf(lastRun.outcome, lastRun.code ?? known?.code) }
  }
  const shown = { items, outcomes, earlier: Boolean(earlier), run: run ? active(run) : null, restarts: [] }
  return { epoch, seq, ready: true, ...shown }
}

const active = ({ id, startedAt, origin = 'user' }) => ({ id, startedAt: millis(startedAt), origin, steps: [] })

/** Items and outcomes out of AG-UI messages; `run` is the active one with what it has open. */
export function itemsFrom(messages, run, interrupts = [], calls = []) {
  const owners = new Map() // by sub-agent, and the agents of the runs as undefined: their items
  const itemsBy = by => owners.get(by) ?? owners.set(by, new Map()).get(by)
  const outcomes = {}
  for (const message of messages) {
    const { outcome, error, run: id } = message.metadata ?? {}
    if (outcome && id !== run?.id) outcomes[id] = { ...outcomeOf(outcome), ...error }
    const { notes = [], seq } = message.metadata ?? {}
    addNotes(itemsBy(), notes.filter(note => note.seq < seq))
    addMessage(itemsBy(message.subagentRunId), message)
    addNotes(itemsBy(), notes.filter(note => note.seq > seq))
  }
  for (const open of run?.open ?? []) addOpen(itemsBy(open.subagentRunId), open, run)
  for (const call of run?.toolCalls ?? []) addOpenCall(itemsBy(call.subagentRunId), call, run)
  const isAlive = aliveCalls(run, interrupts, calls)
  const isDead = item => item.state === 'running' && !isAlive(item)
  const settled = item => isDead(item) ? { ...item, ended: true, state: 'cancelled' } : item
  const shown = by => [...itemsBy(by).values()].map(item => settled(item.subagent ? { ...item, inner: shown(item.subagent.id) } : item))
  return { items: shown(), outcomes }
}

/** Calls that may still get a result: those of the active run, or of one that waits for decisions, made or not. */
function aliveCalls(run, interrupts, pending) {
  const runs = new Set([run?.id, ...interrupts.map(interrupt => interrupt.metadata?.run)].filter(Boolean))
  const calls = new Set([...pending, ...(run?.toolCalls ?? []).map(call => call.id)])
  return item => runs.has(item.run) || calls.has(item.id) || (!run && item.decision)
}

function addNotes(items, notes) {
  for (const note of notes) {
    const item = noteItem({ ...note, at: millis(note.at) })
    items.set(item.key, item)
  }
}

function addMessage(items, message) {
  const metadata = message.metadata ?? {}
  const meta = { run: metadata.run, at: millis(metadata.at), seq: metadata.seq }
  const text = textOf(message.content)
  const others = othersOf(message.content)
  const files = filesOf(message.content)
  const put = item => items.set(item.key, item)
  switch (message.role) {
    case 'tool': {
      const call = items.get(`tool:${message.toolCallId}`)
      if (call) put(withResult(call, { ...message, messageId: message.id }, metadata.seq, meta.at))
      break
    }
    case 'user':
    case 'assistant':
      if (text || others.length || files.length || !message.toolCalls?.length) {
        put(textItem('text', { ...meta, messageId: message.id, role: message.role, text, others, files, open: false, metadata }))
      }
      for (const { id, function: called } of message.toolCalls ?? []) {
        const decision = metadata.decisions?.[id]
        const subagent = metadata.subagents?.[id]
        // Of a message with a text it is the text whose beginning is known.
        const call = toolItem({ ...meta, at: text ? null : meta.at, id, name: called.name, args: called.arguments, parent: message.id, ended: true })
        if (subagent) call.subagent = subagent
        put(decision ? decided(call, decision) : call)
      }
      break
    case 'reasoning':
      put(textItem('reasoning', { ...meta, messageId: message.id, role: 'reasoning', text, open: false }))
  }
}

function addOpen(items, { messageId, role, text, model }, run) {
  const kind = role === 'reasoning' ? 'reasoning' : 'text'
  const known = items.get(`${kind}:${messageId}`)
  const item = textItem(kind, { run: run.id, at: known?.at ?? null, messageId, role, text, open: true, metadata: { model } })
  items.set(item.key, notBefore(item, run))
}

/** When it began is not told; its day is known all the same. */
function notBefore(item, { startedAt }) {
  return item.at === null && startedAt ? { ...item, since: millis(startedAt) } : item
}

function addOpenCall(items, { id, name, arguments: args, ended }, run) {
  const known = items.get(`tool:${id}`) ?? toolItem({ id, name, parent: null, run: run.id, at: null })
  items.set(known.key, { ...notBefore(known, run), arguments: args, ended })
}

function millis(time) {
  return typeof time === 'string' ? Date.parse(time) : time ?? null
}
