import type { Cursors, Outbox } from './storage.js'

/** Both ports in one JSON file, for one process of one user. */
export function fileStorage(path: string): { cursors: Cursors, outbox: Outbox }
