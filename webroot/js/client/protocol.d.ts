/** Frames and events of the wire protocol, version 1 (webroot/docs/protocol.md). Later servers may add fields, events and kinds. */

/** Position in the log of a session: the last event that was applied. */
export interface Cursor {
  epoch: string
  seq: number
}

/** JSON, as in `metadata` and in the arguments of tools. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export type ErrorCode =
  | 'bad_request' | 'unauthorized' | 'token_expired' | 'forbidden' | 'not_found' | 'busy' | 'conflict' | 'stale_run'
  | 'queue_full' | 'too_large' | 'too_many_requests' | 'unavailable' | 'timeout' | 'step_limit' | 'model_error'
  | 'tool_error' | 'budget_exceeded' | 'interrupted' | 'internal'

export interface TextPart {
  type: 'text'
  text: string
}

/** A file that was uploaded to the session. */
export interface FilePart {
  type: 'image' | 'file'
  attachment: string
  name?: string
  mediaType?: string
  size?: number
  width?: number
  height?: number
}

/** A type that a later version added is shown as a placeholder. */
export interface OtherPart {
  type: string & {}
  [key: string]: unknown
}

export type Part = TextPart | FilePart | OtherPart
export type Content = string | Part[]

export interface TokenUsage {
  provider: string
  model: string
  inputTokens?: number
  outputTokens?: number
  totalTokens?: number
  cachedInputTokens?: number
  cacheWriteInputTokens?: number
  reasoningTokens?: number
  estimated?: true
  cost?: number
}

export interface ContextUse {
  usedTokens: number
  maxTokens?: number
}

/** What waits for a person: an approval, or a question of a tool. */
export interface Interrupt {
  id: string
  reason: 'approval' | 'input_required' | (string & {})
  message: string
  toolCallId: string
  responseSchema?: Json
  expiresAt: string
  subagentRunId?: string
  metadata: {
    run: string
    tool: string
    /** JSON text. */
    arguments: string
    decisions: Decision[]
    subagents?: string[]
    server?: string
    mode?: string
    url?: string
  }
}

export type Decision = 'approve' | 'edit' | 'reject' | 'respond' | 'accept' | 'decline' | 'cancel'

export type Outcome =
  | { type: 'success', pendingToolCallIds?: string[] }
  | { type: 'cancelled' }
  | { type: 'interrupt', interrupts: Interrupt[], pendingToolCallIds?: string[] }

/** A call that waits for the client that executes it; `arguments` are JSON. */
export interface PendingToolCall { toolCallId: string, name: string, arguments: string, run: string, expiresAt: string }

/** A tool that the client executes; `parameters`: the JSON Schema of its arguments. */
export interface ClientTool { name: string, description?: string, parameters?: Json }

/** What a client found out by a call, or why it failed. */
export type ToolResult = { toolCallId: string } & ({ content: string, error?: string } | { error: string })

/** A message that waits for its turn. */
export interface QueuedMessage {
  message: string
  text: string
  parts?: Part[]
  onBusy: OnBusy
  by: string
  at: string
  chosen?: Chosen
}

export type OnBusy = 'queue' | 'steer' | 'interrupt' | 'rollback' | 'reject'

export interface Chosen {
  model?: string
  testing?: boolean
}

export interface MessageMetadata {
  command?: string
  by?: string
  origin?: string
  recall?: string
  zone?: string
  parts?: Part[]
  model?: string
  chosen?: Chosen
}

interface OfSubagent {
  /** The sub-agent whose work this is; absent for the agent of the run. */
  subagentRunId?: string
}

export interface RunStarted {
  type: 'RUN_STARTED'
  threadId: string
  runId: string
  metadata: { origin: 'user' | 'recall' | 'api' | 'compact', recall?: string, resumes?: string }
}

export interface RunFinished {
  type: 'RUN_FINISHED'
  threadId: string
  runId: string
  outcome: Outcome
  usage?: TokenUsage[]
  contextUse?: ContextUse
}

export interface RunError {
  type: 'RUN_ERROR'
  message: string
  code: ErrorCode
  usage?: TokenUsage[]
  contextUse?: ContextUse
}

export interface StepEvent extends OfSubagent {
  type: 'STEP_STARTED' | 'STEP_FINISHED'
  stepName: string
}

export interface TextMessageStart extends OfSubagent {
  type: 'TEXT_MESSAGE_START'
  messageId: string
  role: 'user' | 'assistant'
  metadata?: MessageMetadata
}

export interface TextMessageContent extends OfSubagent {
  type: 'TEXT_MESSAGE_CONTENT'
  messageId: string
  delta: string
}

export interface TextMessageEnd extends OfSubagent {
  type: 'TEXT_MESSAGE_END'
  messageId: string
}

export interface ReasoningEvent extends OfSubagent {
  type: 'REASONING_START' | 'REASONING_MESSAGE_START' | 'REASONING_MESSAGE_END' | 'REASONING_END'
  messageId: string
}

export interface ReasoningContent extends OfSubagent {
  type: 'REASONING_MESSAGE_CONTENT'
  messageId: string
  delta: string
}

export interface ReasoningEncryptedValue extends OfSubagent {
  type: 'REASONING_ENCRYPTED_VALUE'
  subtype: string
  entityId: string
  encryptedValue: string
}

export interface ToolCallStart extends OfSubagent {
  type: 'TOOL_CALL_START'
  toolCallId: string
  toolCallName: string
  parentMessageId?: string
}

export interface ToolCallArgs extends OfSubagent {
  type: 'TOOL_CALL_ARGS'
  toolCallId: string
  /** A piece of the arguments, JSON text. */
  delta: string
}

export interface ToolCallEnd extends OfSubagent {
  type: 'TOOL_CALL_END'
  toolCallId: string
}

export interface ToolCallResult extends OfSubagent {
  type: 'TOOL_CALL_RESULT'
  messageId: string
  toolCallId: string
  content: Content
  role: 'tool'
  metadata?: { status?: 'error' | 'cancelled' | 'rejected' | 'unknown' }
}

export interface SubagentStarted {
  type: 'SUBAGENT_STARTED'
  subagentRunId: string
  name: string
  description?: string
  parentSubagentRunId?: string
  parentToolCallId: string
  parentMessageId?: string
}

export interface SubagentFinished {
  type: 'SUBAGENT_FINISHED'
  subagentRunId: string
  outcome: { type: 'success' } | { type: 'suspended', interruptIds: string[] }
}

export interface SubagentError {
  type: 'SUBAGENT_ERROR'
  subagentRunId: string
  message: string
  code?: string
}

interface Custom<Name extends string, Value> {
  type: 'CUSTOM'
  name: Name
  value: Value
}

export type CustomEvent =
  | Custom<'queue.changed', { queue: QueuedMessage[] }>
  | Custom<'run.stopping', { run: string, by: string }>
  | Custom<'run.restarted', { run: string, attempt: number, toSeq: number, lastMessage: string | null }>
  | Custom<'history.rewound', { toSeq: number, lastMessage: string | null }>
  | Custom<'session.updated', {
    title: string, agent: string, metadata?: Json, pinned?: boolean, archived?: boolean, muted?: boolean
  }>
  | Custom<'interrupt.resolved', {
    interrupt: string, decision: Decision | 'expired' | 'cancelled', by?: string, run: string, toolCall: string,
    arguments?: string, text?: string
  }>
  | Custom<'feedback.updated', { message: string, rating: Rating, comment?: string, by: string }>
  | Custom<'recall.updated', {
    recall: string, kind: string, triggerAt: string | null, status: string, action: string, reason?: string,
    context: 'all' | 'summary' | 'last' | 'none', target: 'this' | 'new'
  }>
  | Custom<'tool.progress', { toolCallId: string, progress: number, total?: number, message?: string }>
  | Custom<'middleware.skipped', { middleware: string, why: string }>
  | Custom<'context.cleared', { calls: string[], before: number, after: number }>
  | Custom<'context.summarised', { upToSeq: number, text: string, before: number, after: number, compact?: true }>

export type AgentEvent =
  | RunStarted | RunFinished | RunError | StepEvent | TextMessageStart | TextMessageContent | TextMessageEnd
  | ReasoningEvent | ReasoningContent | ReasoningEncryptedValue | ToolCallStart | ToolCallArgs | ToolCallEnd
  | ToolCallResult | SubagentStarted | SubagentFinished | SubagentError | CustomEvent

export interface EventFrame {
  type: 'event'
  session: string
  seq: number
  /** The first number of merged events; absent if the event has one number. */
  from?: number
  run?: string
  /** Milliseconds since the epoch. */
  ts: number
  event: AgentEvent
}

export interface Attached {
  type: 'attached'
  id?: string
  session: string
  epoch: string
  head: number
  floor: number
  mode: 'replay' | 'snapshot' | 'reset'
  recovered: boolean
  reason?: 'trimmed' | 'ahead' | 'epoch'
  missing?: [first: number, last: number]
  run?: string
  lastRun?: { id: string, outcome: string, code?: ErrorCode }
  title?: string
  agent?: string
  queue: QueuedMessage[]
  interrupts: Interrupt[]
  pendingToolCalls?: PendingToolCall[]
  recalls: Json[]
}

/** A message as AG-UI defines it. */
export interface Message {
  id: string
  role: 'user' | 'assistant' | 'tool' | 'reasoning' | (string & {})
  content?: Content
  toolCallId?: string
  toolCalls?: { id: string, type: 'function', function: { name: string, arguments: string } }[]
  metadata?: {
    run?: string, seq: number, at: string, outcome?: 'cancelled' | 'error', error?: { code: ErrorCode, message: string },
    command?: string, by?: string, model?: string, usage?: TokenUsage[], durationMs?: number, [key: string]: unknown
  }
}

export interface Snapshot {
  type: 'snapshot'
  session: string
  epoch: string
  seq: number
  messages: Message[]
  /** Whether there are older messages, which REST has. */
  earlier: boolean
  run?: {
    id: string, startedAt: string, origin: string,
    open: { messageId: string, role: string, text: string, model?: string }[],
    toolCalls: { id: string, name: string, arguments: string, ended: boolean }[],
  }
}

export interface Live {
  type: 'live'
  session: string
  seq: number
}

export interface Notice {
  type: 'notice'
  kind:
    | 'mcp.status' | 'session.deleted' | 'recall.cancelled' | 'session.changed' | 'run.ended' | 'recall.fired'
    | 'recall.paused' | 'interrupt.opened' | 'session.read' | 'session.expiring' | 'session.kept' | 'session.expired'
    | 'preferences.changed' | 'webhook.off' | 'config.reloaded' | 'config.rejected' | (string & {})
  session?: string
  data: { session?: string, title?: string, expiresAt?: string, [key: string]: unknown }
}

export interface ErrorFrame {
  type: 'error'
  id?: string
  session?: string
  code: ErrorCode
  message: string
  retryable: boolean
  afterMs?: number
}

export interface Welcome {
  type: 'welcome'
  id: string
  connection: string
  node: string
  /** `peers`: origins of all nodes of a cluster, if clients connect to them directly. */
  server: { name: string, version: string, peers?: string[] }
  user: { id: string, roles: string[] }
  provider?: string
  model?: string
  limits: { textBytesMax?: number, frameBytesMax?: number, queueMax?: number, [key: string]: unknown }
  features: string[]
  heartbeatMs: number
  ts?: number
}

export interface Goaway {
  type: 'goaway'
  reason: string
  afterMs: number
}

interface Result {
  type: 'result'
  id: string
  /** The server had accepted this command before. */
  duplicate?: true
}

export interface Created extends Result { session: string, epoch: string }
export interface Sent extends Result { message: string, status: 'started' | 'queued' | 'steered', run?: string }
export interface Resumed extends Result { run: string }
export interface Stopped extends Result { stopped: string[], unqueued: string[] }
export interface Answered extends Result { run?: string, open: string[] }
export interface Rated extends Result { rating: Rating, comment?: string }
export interface Done extends Result {}

/** `none` takes it back. */
export type Rating = 'up' | 'down' | 'none'

/** `id` repeats an earlier command whose outcome is unknown. */
interface Repeatable { id?: string }

export interface CreateFields extends Repeatable { agent?: string, title?: string, metadata?: Json }
export interface SendFields extends Repeatable { onBusy?: OnBusy, model?: string, parts?: Part[], tools?: ClientTool[] }
export interface StopFields extends Repeatable { run?: string, scope?: 'run' | 'queued' | 'all' }
export interface FeedbackFields extends Repeatable { message: string, rating: Rating, comment?: string }
export interface RegenerateFields extends Repeatable { message?: string, text?: string, model?: string, checkpoint?: string }

export type AnswerFields = Repeatable & { interrupt: string } & (
  | { decision: 'approve' }
  | { decision: 'edit', arguments: { [name: string]: Json } }
  | { decision: 'reject', text?: string }
  | { decision: 'respond', text: string }
  | { decision: 'accept', content?: { [name: string]: Json } }
  | { decision: 'decline' | 'cancel' }
)

export interface ResultsFields extends Repeatable { results: ToolResult[] }

/** The fields of each command, and its result. */
export interface Commands {
  create: { fields: CreateFields, result: Created }
  send: { fields: SendFields & { session: string, text: string }, result: Sent }
  stop: { fields: StopFields & { session: string }, result: Stopped }
  answer: { fields: (AnswerFields | ResultsFields) & { session: string }, result: Answered }
  feedback: { fields: FeedbackFields & { session: string }, result: Rated }
  background: { fields: Repeatable & { session: string, call: string }, result: Done }
  unqueue: { fields: Repeatable & { session: string, message: string }, result: Done }
  requeue: { fields: Repeatable & { session: string, message: string, text: string }, result: Done }
  regenerate: { fields: RegenerateFields & { session: string }, result: Sent }
}
