// A random but legal log of a session: runs with steps, reasoning, texts, tools, stops, errors, queues, rewinds,
// crashes that runs survive, and calls that wait for decisions.

/** mulberry32: small, seedable. */
export function randomOf(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function randomLog(random, runs) {
  const log = new Log(random)
  for (let i = 0; i < runs; i++) log.run()
  return log.frames
}

class Log {
  frames = []
  #random
  #ids = 0
  #run = null
  #begun = [] // every message that is not void: { id, seq, toSeq } with toSeq for a user's: what a rewind leaves

  constructor(random) {
    this.#random = random
  }

  #chance(p) { return this.#random() < p }
  #upTo(n) { return 1 + Math.floor(this.#random() * n) }
  #id(kind) { return `${kind}${++this.#ids}` }

  #add(event) {
    const seq = this.frames.length + 1
    const ts = 1_700_000_000_000 + seq * 10
    this.frames.push({ type: 'event', session: 's', seq, run: this.#run ?? undefined, ts, event })
  }

  run() {
    this.#start({ origin: this.#chance(0.2) ? 'recall' : 'user' })
    this.#text('user', this.frames.length - 1)
    this.#steps()
    while (this.#chance(0.25)) {
      if (!this.#asked()) return
      this.#steps()
    }
    if (this.#chance(0.2)) this.#add({ type: 'CUSTOM', name: 'run.stopping', value: { run: this.#run, by: 'you' } })
    this.#end()
    if (this.#chance(0.25)) {
      const users = this.#begun.filter(message => message.toSeq !== undefined)
      const any = users[Math.floor(this.#random() * users.length)]
      this.#rewind('history.rewound', (this.#chance(0.5) ? users.at(-1) : any).toSeq)
    }
  }

  #start(metadata) {
    this.#run = this.#id('run')
    this.#add({ type: 'RUN_STARTED', runId: this.#run, metadata })
  }

  #steps() {
    let checkpoint = this.frames.length
    for (let i = 0, n = this.#upTo(3); i < n; i++) {
      if (i > 0 && this.#chance(0.2)) this.#text('user', this.frames.length) // steered
      this.#step()
      if (this.#chance(0.15)) {
        this.#rewind('run.restarted', checkpoint, { run: this.#run, attempt: 2 })
        this.#step()
      }
      if (this.#chance(0.5)) checkpoint = this.frames.length
    }
    if (this.#chance(0.2)) this.#diesBetweenResults()
  }

  /** The calls were there at the checkpoint, and perhaps the first result; the others are made again. */
  #diesBetweenResults() {
    const calls = this.#calls()
    const early = Math.floor(this.#random() * (calls.length + 1))
    calls.slice(0, early).forEach(call => this.#result(call))
    const checkpoint = this.frames.length
    const late = calls.slice(early)
    late.slice(0, Math.floor(this.#random() * (late.length + 1))).forEach(call => this.#result(call))
    this.#rewind('run.restarted', checkpoint, { run: this.#run, attempt: 2 })
    late.forEach(call => this.#result(call))
  }

  /** The run ends with calls that wait for a decision. Whether another run goes on from there: else they are dropped. */
  #asked() {
    const calls = this.#calls()
    const run = this.#run
    const interrupts = calls.map(id => ({ id: `i-${id}`, toolCallId: id, metadata: { run, tool: 'sleep', arguments: '{}' } }))
    this.#add({ type: 'RUN_FINISHED', runId: run, outcome: { type: 'interrupt', interrupts }, usage: [{ provider: 'p', model: 'gpt', outputTokens: this.frames.length }] })
    this.#run = null
    if (this.#chance(0.4)) this.#queue()
    const goesOn = this.#chance(0.8)
    for (const call of calls) {
      const decision = goesOn ? ['approve', 'edit', 'reject', 'respond', 'expired'][this.#upTo(5) - 1] : 'cancelled'
      const more = { ...(decision !== 'expired' && { by: 'you' }), ...(decision === 'edit' && { arguments: `{"n":${this.#upTo(9)}}` }) }
      const value = { interrupt: `i-${call}`, decision, run, toolCall: call, ...more }
      this.#add({ type: 'CUSTOM', name: 'interrupt.resolved', value })
    }
    if (!goesOn) return false
    this.#start({ origin: 'user', resumes: run })
    calls.forEach(call => this.#result(call))
    return true
  }

  #rewind(name, toSeq, more) {
    this.#begun = this.#begun.filter(message => message.seq <= toSeq)
    this.#add({ type: 'CUSTOM', name, value: { ...more, toSeq, lastMessage: this.#begun.at(-1)?.id ?? null } })
  }

  #begin(id, toSeq) {
    this.#begun.push({ id, seq: this.frames.length, toSeq })
  }

  #step() {
    const step = this.#id('step')
    this.#add({ type: 'STEP_STARTED', stepName: step })
    if (this.#chance(0.4)) this.#reasoning()
    if (this.#chance(0.8)) this.#text('assistant')
    if (this.#chance(0.5)) this.#tools()
    if (this.#chance(0.3)) this.#queue()
    if (this.#chance(0.3)) this.#note()
    this.#add({ type: 'STEP_FINISHED', stepName: step })
  }

  #text(role, toSeq) {
    const messageId = this.#id('m')
    const metadata = role === 'user' ? { metadata: { command: `c-${messageId}`, by: 'you' } } : { metadata: { model: `gpt-${this.#upTo(2)}` } }
    this.#add({ type: 'TEXT_MESSAGE_START', messageId, role, ...metadata })
    this.#begin(messageId, toSeq)
    this.#deltas({ type: 'TEXT_MESSAGE_CONTENT', messageId })
    this.#add({ type: 'TEXT_MESSAGE_END', messageId })
  }

  #reasoning() {
    const messageId = this.#id('r')
    this.#add({ type: 'REASONING_START', messageId })
    this.#add({ type: 'REASONING_MESSAGE_START', messageId, role: 'reasoning' })
    this.#begin(messageId)
    this.#deltas({ type: 'REASONING_MESSAGE_CONTENT', messageId })
    this.#add({ type: 'REASONING_MESSAGE_END', messageId })
    this.#add({ type: 'REASONING_END', messageId })
  }

  #tools() {
    this.#calls().forEach(call => this.#result(call))
  }

  #calls() {
    const calls = Array.from({ length: this.#upTo(3) }, () => this.#id('call'))
    for (const toolCallId of calls) {
      this.#add({ type: 'TOOL_CALL_START', toolCallId, toolCallName: 'sleep' })
      this.#deltas({ type: 'TOOL_CALL_ARGS', toolCallId })
      this.#add({ type: 'TOOL_CALL_END', toolCallId })
    }
    return calls
  }

  #result(toolCallId) {
    const content = this.#chance(0.2) ? 'Cancelled.' : 'slept'
    const status = this.#chance(0.3) ? ['error', 'rejected', 'unknown'][this.#upTo(3) - 1] : null
    const messageId = this.#id('result')
    const metadata = status && { metadata: { status } }
    this.#add({ type: 'TOOL_CALL_RESULT', messageId, toolCallId, role: 'tool', content, ...metadata })
    this.#begin(messageId)
  }

  #queue() {
    const queue = Array.from({ length: this.#upTo(3) - 1 }, () => {
      const message = this.#id('q')
      return { message, text: `later ${message}`, onBusy: 'queue', by: 'you', at: '2026-01-01T00:00:00Z' }
    })
    this.#add({ type: 'CUSTOM', name: 'queue.changed', value: { queue } })
  }

  #note() {
    const [name, value] = this.#chance(0.5)
      ? ['context.cleared', { calls: ['c'], before: this.frames.length, after: 1 }]
      : ['middleware.skipped', { middleware: 'pii', why: 'It is not there.' }]
    this.#add({ type: 'CUSTOM', name, value })
  }

  #deltas(event) {
    for (let i = 0, n = this.#upTo(6); i < n; i++) this.#add({ ...event, delta: `w${i} ` })
  }

  #end() {
    const end = this.#random()
    if (end < 0.6) this.#add({ type: 'RUN_FINISHED', runId: this.#run, outcome: { type: 'success' }, usage: [{ provider: 'p', model: 'gpt', outputTokens: this.frames.length }] })
    else if (end < 0.8) this.#add({ type: 'RUN_FINISHED', runId: this.#run, outcome: { type: 'cancelled' } })
    else this.#add({ type: 'RUN_ERROR', message: 'It broke.', code: 'model_error' })
    this.#run = null
  }
}

/** Neighbouring deltas of one message as one event with `from`, as a server may serve them. */
export function merged(random, frames) {
  const out = []
  for (const frame of frames) {
    const last = out.at(-1)
    const { event } = frame
    const same = last && event.delta !== undefined && last.event.type === event.type &&
      last.event.messageId === event.messageId && last.event.toolCallId === event.toolCallId
    if (!same || random() < 0.3) out.push(frame)
    else {
      const joined = { ...event, delta: last.event.delta + event.delta }
      out[out.length - 1] = { ...last, from: last.from ?? last.seq, seq: frame.seq, event: joined }
    }
  }
  return out
}
