import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Both ports of `LastingClient` in one JSON file: `new LastingClient({ ...fileStorage(path), ... })`. For one process
 * of one user. Each change replaces the file as a whole, so a killed process leaves the old content or the new.
 */
export function fileStorage(path) {
  const file = new StoredFile(path)
  return {
    cursors: {
      load: async session => (await file.read()).cursors[session],
      save: (session, cursor) => file.change(({ cursors }) => { cursors[session] = cursor }),
      remove: session => file.change(({ cursors }) => { delete cursors[session] }),
    },
    outbox: {
      all: async () => [...(await file.read()).outbox],
      add: entry => file.change(({ outbox }) => {
        if (!outbox.some(other => other.frame.id === entry.frame.id)) outbox.push(entry)
      }),
      remove: id => file.change(content => {
        content.outbox = content.outbox.filter(other => other.frame.id !== id)
      }),
    },
  }
}

class StoredFile {
  #path
  #content
  #turn = Promise.resolve()

  constructor(path) {
    this.#path = path
  }

  /** A file that cannot be read is an error: starting afresh would lose commands. */
  read() {
    this.#content ??= readFile(this.#path, 'utf8').then(JSON.parse, failure => {
      if (failure.code !== 'ENOENT') throw failure
      return { cursors: {}, outbox: [] }
    })
    return this.#content
  }

  change(edit) {
    const changed = this.#turn.then(async () => {
      const content = await this.read()
      edit(content)
      await mkdir(dirname(this.#path), { recursive: true })
      await writeFile(`${this.#path}.new`, JSON.stringify(content), { mode: 0o600, flush: true })
      await rename(`${this.#path}.new`, this.#path)
    })
    this.#turn = changed.catch(() => {})
    return changed
  }
}
