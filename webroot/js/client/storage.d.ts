import type { Commands, Cursor } from './protocol.js'

/** Keeps the cursor of each session. */
export interface Cursors {
  load(session: string): Cursor | undefined | null | void | Promise<Cursor | undefined | null | void>
  save(session: string, cursor: Cursor): void | Promise<void>
  remove(session: string): void | Promise<void>
}

export interface OutboxEntry {
  /** When the command was given, in milliseconds since the epoch. */
  at: number
  frame: { type: keyof Commands, id: string, [key: string]: unknown }
}

/** Keeps commands until they are answered. */
export interface Outbox {
  /** In the order in which they were added. */
  all(): OutboxEntry[] | Promise<OutboxEntry[]>
  /** Adding an entry with the id of another changes nothing. */
  add(entry: OutboxEntry): void | Promise<void>
  remove(id: string): void | Promise<void>
}

export class MemoryCursors implements Cursors {
  load(session: string): Cursor | undefined
  save(session: string, cursor: Cursor): void
  remove(session: string): void
}

export class MemoryOutbox implements Outbox {
  all(): OutboxEntry[]
  add(entry: OutboxEntry): void
  remove(id: string): void
}
