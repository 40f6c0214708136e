import { Client, type ClientEvents, type ClientOptions, type CommandError, type Commands, type Session } from '../client.js'
import type { Cursors, Outbox, OutboxEntry } from './storage.js'

export interface LastingOptions extends ClientOptions {
  /** Default: memory. */
  cursors?: Cursors
  /** Default: memory. */
  outbox?: Outbox
  /** Most stored commands. */
  outboxMax?: number
  /** Older commands are not sent again. Below the 24 h for which the server knows ids. */
  outboxAgeMs?: number
  /** A cursor that moved is stored after this time at the latest. */
  cursorSaveMs?: number
}

export interface LastingEvents extends ClientEvents {
  /** The outcome of a command of an earlier client. */
  restored:
    | { type: keyof Commands, frame: OutboxEntry['frame'], result: Commands[keyof Commands]['result'], error?: undefined }
    | { type: keyof Commands, frame: OutboxEntry['frame'], error: CommandError, result?: undefined }
  /** A port failed. */
  storage: { doing: 'restore' | 'add' | 'remove' | 'load' | 'save', error: unknown }
}

/** A client that goes on where an earlier one of the same program ended. */
export class LastingClient extends Client<LastingEvents> {
  constructor(options: LastingOptions)
  /** The session with this id, after its stored cursor. */
  open(id: string): Promise<Session>
  /** Resolves when the cursors of everything that was emitted so far are stored. */
  flush(): Promise<void>
}
