// What a server would put into a snapshot at `seq`, folded from the numbered events by its own rules.
// Written against the protocol page, not against the view it is used to test.

const iso = ts => new Date(ts).toISOString()

export function snapshotAt(session, epoch, frames, seq) {
  let messages = [] // { message, open, toolCall? } in order of beginning
  let run = null
  let lastRun = null
  let queue = []
  const outcomes = {}
  const find = id => messages.find(entry => entry.message.id === id)
  for (const frame of frames.filter(frame => frame.seq <= seq)) {
    const { event, run: id, ts } = frame
    const metadata = { run: id, seq: frame.seq, at: iso(ts), ...event.metadata }
    switch (event.type) {
      case 'RUN_STARTED':
        run = { id, startedAt: iso(ts), origin: event.metadata?.origin ?? 'user' }
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
        messages.push({ open: false, message: {
          id: event.messageId, role: 'tool', toolCallId: event.toolCallId, content: event.content, metadata,
        } })
        break
      case 'RUN_FINISHED':
      case 'RUN_ERROR': {
        const outcome = event.type === 'RUN_ERROR' ? 'error' : event.outcome?.type ?? 'success'
        lastRun = { id, outcome, ...(event.code && { code: event.code }) }
        outcomes[id] = outcome === 'error' ? { type: 'error', code: event.code } : outcome
        run = null
        break
      }
      case 'CUSTOM': {
        const { name, value } = event
        if (name === 'queue.changed') queue = value.queue
        if (name === 'history.rewound' || name === 'run.restarted') {
          const last = messages.findLastIndex(entry => entry.message.id === value.lastMessage)
          messages = value.lastMessage === null ? [] : messages.slice(0, last + 1)
        }
      }
    }
  }
  const isOpen = entry => entry.open && entry.message.metadata.run === run?.id
  const snapshot = {
    type: 'snapshot', session, epoch, seq, page: 1, last: true, earlier: false,
    messages: messages.filter(entry => !isOpen(entry)).map(({ message }) => ({
      ...message, metadata: { ...message.metadata, outcome: outcomes[message.metadata.run] },
    })),
  }
  if (run) {
    snapshot.run = {
      ...run,
      open: messages.filter(entry => isOpen(entry) && !entry.call)
        .map(({ message }) => ({ messageId: message.id, role: message.role, text: message.content })),
      toolCalls: messages.filter(entry => isOpen(entry) && entry.call).map(({ call }) => ({ ...call })),
    }
  }
  const attached = {
    type: 'attached', session, epoch, head: seq, floor: 1, mode: 'snapshot', recovered: false,
    queue, interrupts: [], recalls: [], ...(run && { run: run.id }), ...(lastRun && { lastRun }),
  }
  return JSON.parse(JSON.stringify({ attached, snapshot }))
}
