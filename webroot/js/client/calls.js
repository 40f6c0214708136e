/**
 * Executes the calls of tools that this client declares, and brings their results. `tools`: by name,
 * { description?, parameters?, run(args, call) -> result or a promise of it }. Every pending call of these tools is executed, also
 * one that waits since before this page was opened; a call of other tools is left to others.
 *
 *   const mine = new ClientCalls(client, session, { pick_colour: { description: '...', parameters: {...}, run: ... } })
 *   client.send(session.id, 'Which colour?', { tools: mine.declarations })
 *
 * A result that is not a string is sent as JSON; what is thrown is the error. Of several tabs the first one wins.
 */
export class ClientCalls {
  #client
  #session
  #tools
  #begun = new Map() // calls by id, { name, arguments }
  #taken = new Set()
  #off

  constructor(client, session, tools, onError = () => {}) {
    this.#client = client
    this.#session = session
    this.#tools = tools
    this.onError = onError
    const on = { attached: frame => this.#attached(frame), snapshot: frame => this.#snapshot(frame), event: frame => this.#event(frame.event) }
    this.#off = Object.entries(on).map(([name, take]) => session.on(name, take))
  }

  /** For `tools` of `send`. */
  get declarations() {
    return Object.entries(this.#tools).map(([name, { description = '', parameters = { type: 'object' } }]) => ({ name, description, parameters }))
  }

  /** Executes no further calls. */
  stop() {
    this.#off.forEach(off => off())
  }

  #attached({ pendingToolCalls = [] }) {
    this.#execute(pendingToolCalls.map(({ toolCallId, name, arguments: args }) => ({ id: toolCallId, name, arguments: args })))
  }

  #snapshot({ messages, run }) {
    for (const { toolCalls = [] } of messages) {
      for (const { id, function: called } of toolCalls) this.#begun.set(id, { ...called })
    }
    for (const { id, name, arguments: args } of run?.toolCalls ?? []) this.#begun.set(id, { name, arguments: args })
  }

  #event(event) {
    switch (event.type) {
      case 'TOOL_CALL_START':
        this.#begun.set(event.toolCallId, { name: event.toolCallName, arguments: '' })
        break
      case 'TOOL_CALL_ARGS': {
        const call = this.#begun.get(event.toolCallId)
        if (call) call.arguments += event.delta
        break
      }
      case 'TOOL_CALL_RESULT':
        this.#begun.delete(event.toolCallId)
        break
      case 'RUN_FINISHED':
        this.#execute((event.outcome?.pendingToolCallIds ?? []).flatMap(id => this.#begun.has(id) ? [{ id, ...this.#begun.get(id) }] : []))
    }
  }

  #execute(calls) {
    for (const call of calls) {
      if (!Object.hasOwn(this.#tools, call.name) || this.#taken.has(call.id)) continue
      this.#taken.add(call.id)
      this.#answer(call).catch(error => this.onError(error, call))
    }
  }

  async #answer(call) {
    const result = { toolCallId: call.id }
    try {
      const made = await this.#tools[call.name].run(JSON.parse(call.arguments || '{}'), call)
      result.content = typeof made === 'string' ? made : JSON.stringify(made ?? null)
    } catch (error) {
      result.error = error?.message || String(error)
    }
    await this.#client.results(this.#session.id, [result])
  }
}
