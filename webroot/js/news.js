import { textOf } from './content.js'
import { notify } from './notifications.js'
import { askedWords, firstWords, outcomeWords } from './words.js'

const SOON_MS = 800 // news of several chats are read together

/** Notices that the list of chats shows another thing now. */
const LISTED = new Set(['session.changed', 'run.ended', 'recall.fired', 'interrupt.opened'])

/**
 * What the server tells of all chats of this person, whichever is open: the list is read again, and who looks at no tab of
 * this page is notified when a reminder has spoken or a decision is needed.
 */
export class News {
  #app
  #recalled = new Set() // chats in which a reminder speaks just now

  constructor(app) {
    this.#app = app
  }

  noticed({ kind, session, data }) {
    const id = session ?? data?.session
    if (kind === 'session.changed' && id) this.#app.updated(id, { pinned: data.pinned, archived: data.archived })
    if (kind === 'session.changed' && !id) this.#app.reread()
    if (LISTED.has(kind)) this.#app.refreshSoon(SOON_MS)
    switch (kind) {
      case 'recall.fired':
        this.#recalled.add(id)
        break
      case 'run.ended':
        if (this.#recalled.delete(id)) this.#notify(id, data.title, () => this.#answer(id))
        break
      case 'interrupt.opened':
        this.#recalled.delete(id)
        this.#notify(id, data.title, () => this.#need(id))
        break
      case 'session.expiring':
        if (this.#app.chat.id === id) this.#app.tell('This chat is deleted soon, unless it is used.')
        break
      case 'session.deleted':
      case 'session.expired':
        this.#app.forget(id)
        break
    }
  }

  /** `body`: resolves with the words; what cannot be read is no reason to say nothing. */
  async #notify(id, title, body) {
    const app = this.#app
    const listed = app.find(id)
    const name = title || listed?.title || firstWords(listed?.preview ?? '') || 'Reprise'
    await notify(name, { body: await body().catch(() => ''), tag: id, onOpen: () => app.open(id) })
  }

  async #answer(id) {
    const { chat, api } = this.#app
    if (chat.id === id && chat.view.ready && !chat.view.run) return endWords(chat.view)
    const { messages } = await api.newest(id, 10)
    const answer = messages.findLast(({ role, content }) => role === 'assistant' && content)
    return answer ? firstWords(textOf(answer.content), 600) : 'Finished'
  }

  async #need(id) {
    const { chat } = this.#app
    return chat.id === id && chat.view.interrupts.length ? needWords(chat.view) : 'Your decision is needed'
  }
}

export const needWords = ({ interrupts }) =>
  `Your decision is needed: ${askedWords(interrupts)} ${interrupts.length > 1 ? 'are' : 'is'} to be called`

/** How the last run of a chat ended. */
export function endWords(view) {
  const { lastRun, outcomes, items } = view
  if (view.interrupts.length) return needWords(view)
  const said = outcomeWords(outcomes[lastRun.id])
  if (said) return said
  const answer = items.findLast(item => item.kind === 'text' && item.role === 'assistant' && item.run === lastRun.id)
  return answer ? `Answer: ${firstWords(answer.text, 600)}` : 'Finished'
}
