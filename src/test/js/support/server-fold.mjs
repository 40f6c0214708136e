// What a server would put into a snapshot at `seq`, folded from the numbered events by its own rules.
// Written against the protocol page, not against the view it is used to test.

const iso = ts => new Date(ts).toISOString()

const decisionsOf = call => call?.decision && { decisions: { [call.id]: call.decision } }

function withNotes(message, change) {
  const { notes = [], ...metadata } = message.metadata
  const changed = change(notes)
  return Object.defineProperties({}, {
    ...Object.getOwnPropertyDescriptors(message),
    metadata: { value: { ...metadata, ...(changed.length && { notes: changed }) }, enumerable: true, writable: true },
  })
}

/** What began behind `toSeq` is void; a call that has its result there is open again. */
function voided(messages, toSeq) {
  const isVoid = entry => entry.message.metadata.seq > toSeq
  const reopened = new Set(messages.filter(isVoid).map(entry => entry.answers))
  return messages.filter(entry => !isVoid(entry))
    .map(entry => ({ ...entry, message: withNotes(entry.message, notes => notes.filter(note => note.seq <= toSeq)) }))
    .map(entry => entry.call && reopened.has(entry.call.id) ? { ...entry, open: true } : entry)
}

export function snapshotAt(session, epoch, frames, seq) {
  let messages = [] // { message, open, toolCall? } in order of beginning
  let run = null
  let lastRun = null
  let queue = []
  let interrupts = []
  const outcomes = {}
  const find = id => messages.find(entry => entry.message.id === id)
  for (const frame of frames.filter(frame => frame.seq <= seq)) {
    const { event, run: id, ts } = frame
    const metadata = { run: id, seq: frame.seq, at: iso(ts), ...event.metadata }
    switch (event.type) {
      case 'RUN_STARTED':
        run = { id, startedAt: iso(ts), origin: event.metadata.origin }
        if (event.metadata.resumes) messages.filter(entry => entry.call && entry.open).forEach(({ call }) => { call.run = id })
        break
      case 'TEXT_MESSAGE_START':
        messages.push({ open: true, message: { id: event.messageId, role: event.role, content: '', metadata } })
        break
      case 'REASONING_MESSAGE_START':
        messages.push({ open: true, message: { id: event.messageId, role: 'reasoning', content: '', metadata } })
        break
      case 'TEXT_MESSAGE_CONTENT':
      case 'REASONING_MESSAGE_CONTENT':
        find(event.messageId).message.content += event.delta
        break
      case 'TEXT_MESSAGE_END':
      case 'REASONING_MESSAGE_END':
        find(event.messageId).open = false
        break
      case 'TOOL_CALL_START': {
        const call = { id: event.toolCallId, name: event.toolCallName, arguments: '', ended: false }
        messages.push({ call, open: true, message: {
          id: `calls-${call.id}`, role: 'assistant', metadata,
          get toolCalls() {
            const { id, name, arguments: text } = call
            return [{ id, type: 'function', function: { name, arguments: text } }]
          },
        } })
        break
      }
      case 'TOOL_CALL_ARGS':
        messages.find(entry => entry.call?.id === event.toolCallId).call.arguments += event.delta
        break
      case 'TOOL_CALL_END':
        messages.find(entry => entry.call?.id === event.toolCallId).call.ended = true
        break
      case 'TOOL_CALL_RESULT':
        messages.find(entry => entry.call?.id === event.toolCallId).open = false
        messages.push({ open: false, answers: event.toolCallId, message: {
          id: event.messageId, role: 'tool', toolCallId: event.toolCallId, content: event.content, metadata,
        } })
        break
      case 'RUN_FINISHED':
      case 'RUN_ERROR': {
        const outcome = event.type === 'RUN_ERROR' ? 'error' : event.outcome?.type ?? 'success'
        const last = messages.findLast(({ message, call }) => message.metadata.run === id && message.role === 'assistant' && !call)
        if (event.usage && last) Object.assign(last.message.metadata, { usage: event.usage, durationMs: ts - Date.parse(run.startedAt) })
        lastRun = { id, outcome, ...(event.code && { code: event.code }) }
        outcomes[id] = outcome === 'error' ? { type: 'error', code: event.code } : outcome
        run = null
        interrupts = event.outcome?.interrupts ?? []
        break
      }
      case 'CUSTOM': {
        const { name, value } = event
        if (name === 'context.cleared' || name === 'middleware.skipped') {
          const last = messages.at(-1)
          last.message = withNotes(last.message, notes => [...notes, { run: id, seq: frame.seq, at: iso(ts), name, value }])
        }
        if (name === 'queue.changed') queue = value.queue
        if (name === 'history.rewound' || name === 'run.restarted') messages = voided(messages, value.toSeq)
        if (name === 'interrupt.resolved') {
          interrupts = interrupts.filter(interrupt => interrupt.id !== value.interrupt)
          const { call } = messages.find(entry => entry.call?.id === value.toolCall)
          if (value.arguments) call.arguments = value.arguments
          call.decision = { decision: value.decision, by: value.by }
        }
      }
    }
  }
  const isOpen = entry => entry.open && (entry.call?.run ?? entry.message.metadata.run) === run?.id
  const snapshot = {
    type: 'snapshot', session, epoch, seq, page: 1, last: true, earlier: false,
    messages: messages.filter(entry => entry.call || !isOpen(entry)).map(({ message, call }) => ({
      ...message, metadata: { ...message.metadata, outcome: outcomes[message.metadata.run], ...decisionsOf(call) },
    })),
  }
  if (run) {
    snapshot.run = {
      ...run,
      open: messages.filter(entry => isOpen(entry) && !entry.call)
        .map(({ message }) => ({ messageId: message.id, role: message.role, text: message.content, model: message.metadata.model })),
      toolCalls: messages.filter(entry => isOpen(entry) && entry.call).map(({ call: { id, name, arguments: text, ended } }) => ({ id, name, arguments: text, ended })),
    }
  }
  const attached = {
    type: 'attached', session, epoch, head: seq, floor: 1, mode: 'snapshot', recovered: false,
    queue, interrupts, recalls: [], ...(run && { run: run.id }), ...(lastRun && { lastRun }),
  }
  return JSON.parse(JSON.stringify({ attached, snapshot }))
}
