import { isSaid } from '../session-view/items.js'
import { itemsFrom } from '../session-view/snapshot.js'

const PAGES_MAX = 20

/**
 * What a chat was before it was changed at some message: its versions, and the one that is shown in the place of what follows
 * that message now. A version is { asOf, after, at }: as it was at that event, the same up to the message `after` (null: none).
 */
export class Versions {
  #chat
  #api
  #changed
  #points = new Map() // by `after`: the versions, the oldest first
  #marks = { key: null, marks: new Map() }
  #merged = { view: null, shown: null, result: null }
  #asked = 0
  shown = null // { after, asOf, at, items, outcomes, last }: `last` is the id of its last message

  constructor({ chat, api, changed }) {
    this.#chat = chat
    this.#api = api
    this.#changed = changed
  }

  /** Anew: something was changed, or nothing is known yet. What cannot be read is not offered. */
  async refresh() {
    try {
      const versions = await this.#api.versions(this.#chat.id)
      this.#points = new Map()
      for (const { after = null, ...version } of versions) {
        this.#points.set(after, [{ after, ...version }, ...this.#points.get(after) ?? []])
      }
      if (this.#points.size) this.#changed()
    } catch { /* the next change asks again */ }
  }

  /**
   * By the key of the item with which versions begin to differ: { after, number, total }. The same object while it says the
   * same. Where the version that is shown was changed itself, nothing is said.
   */
  marksOf({ items, earlier }) {
    const marks = new Map()
    for (const [after, versions] of this.#points) {
      if (after !== null && !this.#chat.view.items.some(isNamed(after))) continue
      const item = following(items, after, earlier)
      const number = this.shown?.after === after ? 1 + versions.findIndex(({ asOf }) => asOf === this.shown.asOf) : versions.length + 1
      if (item) marks.set(item.key, { after, number, total: versions.length + 1 })
    }
    const key = JSON.stringify([...marks])
    if (key !== this.#marks.key) this.#marks = { key, marks }
    return this.#marks.marks
  }

  /** The view with the version that is shown in it. */
  viewOf(view) {
    const { shown } = this
    if (!shown) return view
    const merged = this.#merged
    if (merged.view === view && merged.shown === shown) return merged.result
    const result = withVersion(view, shown)
    if (!result) this.shown = null
    this.#merged = { view, shown, result }
    return result ?? view
  }

  /** One version further (1) or back (-1) at that point; behind the last of them is what the chat is now. */
  async step({ after, number }, step) {
    const version = this.#points.get(after)?.[number + step - 1]
    const asked = ++this.#asked
    const shown = version ? { ...version, after, ...await this.#read(version) } : null
    if (asked === this.#asked) this.show(shown)
  }

  show(shown) {
    this.leave()
    this.shown = shown
    this.#changed()
  }

  /** What is read next is the chat as it is. */
  leave() {
    this.#asked++
    this.shown = null
  }

  /** The messages of a version, from its end back to where it begins to differ. */
  async #read({ asOf, after }) {
    let messages = []
    for (let page = 0; page < PAGES_MAX; page++) {
      const older = await this.#api.versionMessages(this.#chat.id, asOf, messages[0]?.metadata.seq)
      messages = [...older.messages, ...messages]
      const common = messages.findIndex(({ id }) => id === after)
      if (common >= 0) messages = messages.slice(common + 1)
      if (common >= 0 || !older.earlier || !older.messages.length) break
    }
    return { ...itemsFrom(messages, null), last: messages.at(-1)?.id }
  }
}

const isNamed = message => ({ id, parent, result }) => [id, parent, result?.id].includes(message)

/** The first item behind that message, if both are here. */
function following(items, after, earlier) {
  if (after === null) return earlier ? undefined : items.find(isSaid)
  const index = items.findLastIndex(isNamed(after))
  return index < 0 ? undefined : items.slice(index + 1).find(isSaid)
}

/** Null where the message is not here any more: history was changed before it. */
function withVersion(view, { after, items, outcomes }) {
  const common = after === null ? 0 : view.items.findLastIndex(isNamed(after)) + 1
  if (after !== null && !common) return null
  return {
    ...view, items: [...view.items.slice(0, common), ...items], outcomes: { ...view.outcomes, ...outcomes },
    run: null, interrupts: [], restarts: [], earlier: after === null ? false : view.earlier,
  }
}
