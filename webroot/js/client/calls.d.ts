import type { Client, Session } from '../client.js'
import type { ClientTool } from './protocol.js'

export interface Call { id: string, name: string, arguments: string }

export interface Tool {
  description?: string
  parameters?: ClientTool['parameters']
  /** What is returned is the result, as JSON if it is not a string; what is thrown is the error. */
  run(args: any, call: Call): unknown
}

/** Executes calls of tools that this client declares, and brings their results. */
export class ClientCalls {
  /** `onError`: a result was not taken, for example because another client was faster. */
  constructor(client: Client<any>, session: Session, tools: { [name: string]: Tool }, onError?: (error: unknown, call: Call) => void)
  /** For `tools` of `send`. */
  readonly declarations: ClientTool[]
  /** Executes no further calls. */
  stop(): void
}
