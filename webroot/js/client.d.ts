import type {
  Answered, AnswerFields, Attached, Commands, Created, CreateFields, Cursor, Done, ErrorFrame, EventFrame,
  FeedbackFields, FilePart, Goaway, Live, Notice, Rated, RegenerateFields, Resumed, SendFields, Sent, Snapshot, StopFields, Stopped, ToolResult, Welcome,
} from './client/protocol.js'

export type * from './client/protocol.js'

/** Removes the listener. */
export type Remove = () => void

export interface Emitter<Events> {
  /** Calls `listener` on each event of that type. A listener that throws does not affect the client. */
  on<Type extends keyof Events>(type: Type, listener: (value: Events[Type]) => void): Remove
}

export type State =
  | { state: 'connecting' }
  /** `checking`: a sign of life is awaited. */
  | { state: 'open', checking?: true }
  | { state: 'waiting', retryInMs: number, retryAt: number, told: boolean, reason?: string }
  /** Before the first start without `code`. `final`: the server refuses this client. */
  | { state: 'closed', final: boolean, code?: number, reason?: string }

export interface ClientEvents {
  state: State
  welcome: Welcome
  notice: Notice
  goaway: Goaway
}

export interface Token {
  token: string
  /** Milliseconds since the epoch; the token is renewed before. */
  expiresAt?: number
}

/** What a client needs of a WebSocket: that of browsers, of Node 22, or of the package `ws`. */
export interface SocketLike {
  readonly readyState: number
  onopen: ((event: any) => void) | null
  onmessage: ((event: any) => void) | null
  onclose: ((event: any) => void) | null
  onerror: ((event: any) => void) | null
  send(text: string): void
  close(): void
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  setTimeout(action: () => void, ms: number): any
  clearTimeout(timer: any): void
}

/** Limits and waits, with their defaults in client/settings.js. */
export interface Limits {
  backoffMinMs?: number
  backoffMaxMs?: number
  backoffWatchedMaxMs?: number
  stableMs?: number
  connectTimeoutMs?: number
  heartbeatMs?: number
  livenessMarginMs?: number
  probeMs?: number
  goawayGraceMs?: number
  attachTimeoutMs?: number
  answerTimeoutMs?: number
  commandAgeMs?: number
  commandsMax?: number
  frameBytesMax?: number
  tokenRenewMs?: number
}

export interface ClientOptions extends Limits {
  /** ws: or wss:, such as ws://127.0.0.1:8080/ws. */
  url: string
  /**
   * Called at each connect, and before a token expires; nothing where a cookie signs in. An error with `final: true` ends
   * the client, after any other error it tries again. `api`: the URL of the REST API of the node that is tried.
   */
  token?: (asked: { renew: boolean, api: string }) => string | Token | undefined | void | Promise<string | Token | undefined | void>
  /** Name of the program. */
  name?: string
  /** IANA name of the user's time zone, in which agents understand times. */
  zone?: string
  /** The URL of the REST API, if it is not /api/v1 on the same host. */
  api?: string
  /** Needed where there is none, as in Node 20. */
  WebSocket?: new (url: string) => SocketLike
  fetch?: typeof globalThis.fetch
  clock?: Clock
  /** From 0 to 1. */
  random?: () => number
  /** With the events `online` and `offline`; default: the global object. */
  hints?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
  /** Whether somebody waits for the connection; by default, whether the page is visible. */
  isWatched?: () => boolean
}

/** The error with which commands reject: the server's, or one of the client in the same form. */
export class CommandError extends Error {
  constructor(error: { code: string, message: string, retryable?: boolean, id?: string })
  name: 'CommandError'
  code: ErrorFrame['code']
  retryable: boolean
  id?: string
  /** The command stays in the outbox and is sent at the next start, see `LastingClient`. */
  kept?: true
}

export interface SessionEvents {
  /** The server's verdict on the cursor. */
  attached: Attached
  /** Replaces everything that was known. */
  snapshot: Snapshot
  /** Each exactly once, in order. */
  event: EventFrame
  live: Live
  notice: Notice
  /** After one that ends the reading, `status` is `failed`. */
  error: ErrorFrame
  reattach: { why: string }
}

/** One session as this client reads it. */
export class Session implements Emitter<SessionEvents> {
  private constructor()
  readonly id: string
  readonly status: 'idle' | 'attaching' | 'catchingUp' | 'live' | 'failed'
  /** The cursor; both null before the first snapshot. */
  readonly epoch: string | null
  readonly seq: number | null
  on<Type extends keyof SessionEvents>(type: Type, listener: (value: SessionEvents[Type]) => void): Remove
}

export interface UploadFields {
  name?: string
  onProgress?: (part: number) => void
  signal?: AbortSignal
}

/** Client of the wire protocol: one socket, many sessions, exact resume, idempotent commands. */
export class Client<Events extends ClientEvents = ClientEvents> implements Emitter<Events> {
  constructor(options: ClientOptions)
  readonly state: State
  readonly welcome: Welcome | null
  on<Type extends keyof Events>(type: Type, listener: (value: Events[Type]) => void): Remove
  /** Connects and reconnects automatically. Also restarts a client that was closed. */
  start(): this
  /** Closes the connection permanently. Commands without an answer are rejected. */
  stop(): void
  /** Reconnects immediately if the client is waiting. */
  retryNow(): void
  /** The session with this id. It is attached when there is a connection. `cursor`: of an earlier reading. */
  session(id: string, cursor?: Cursor): Session
  detach(id: string): void
  /** Sends any command of the protocol. */
  command<Type extends keyof Commands>(type: Type, fields?: Commands[Type]['fields']): Promise<Commands[Type]['result']>
  create(fields?: CreateFields): Promise<Created>
  send(session: string, text: string, fields?: SendFields): Promise<Sent>
  stopRun(session: string, fields?: StopFields): Promise<Stopped>
  unqueue(session: string, message: string): Promise<Done>
  requeue(session: string, message: string, text: string): Promise<Done>
  /** Rewinds to a checkpoint and goes on there. */
  regenerate(session: string, fields: RegenerateFields & { checkpoint: string }): Promise<Resumed>
  /** Rewinds to before a user's message, the last by default, and runs again. */
  regenerate(session: string, fields?: RegenerateFields): Promise<Sent>
  /** What the person thinks of an answer. */
  rate(session: string, fields: FeedbackFields): Promise<Rated>
  answer(session: string, fields: AnswerFields): Promise<Answered>
  /** Brings results of calls that this client executed, see `ClientCalls`. */
  results(session: string, results: ToolResult[]): Promise<Answered>
  /** Over REST: a new session with everything up to `message` or `checkpoint`. */
  fork(session: string, fields: { id?: string } & ({ message: string } | { checkpoint: string })):
    Promise<{ session: string, epoch: string }>
  /** Over REST. Resolves with a part for `send`. */
  upload(session: string, file: Blob, fields?: UploadFields): Promise<FilePart>
}

export function uuid(): string
