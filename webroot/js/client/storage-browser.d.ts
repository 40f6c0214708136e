import type { Cursor } from './protocol.js'
import type { Cursors, Outbox, OutboxEntry } from './storage.js'

/** In localStorage. `name`: of the user, because another user must not send what is stored here. */
export class BrowserCursors implements Cursors {
  constructor(name: string, storage?: Storage)
  load(session: string): Cursor | undefined
  save(session: string, cursor: Cursor): void
  remove(session: string): void
}

export class BrowserOutbox implements Outbox {
  constructor(name: string, storage?: Storage)
  all(): OutboxEntry[]
  add(entry: OutboxEntry): void
  remove(id: string): void
}
