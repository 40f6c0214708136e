import { areOn, arePushed, isAnyLookedAt, notify } from '../browser/notifications.js'
import { textOf } from '../chat/content.js'
import { askedWords, firstWords, outcomeWords } from '../words/words.js'

const SOON_MS = 800 // notices within this time are handled together

/** Notices that change the list of chats. */
const LISTED = new Set(['session.changed', 'run.ended', 'recall.fired', 'recall.paused', 'interrupt.opened'])

/** Those that say how a chat stands in it, and how much of it is unread. */
const COUNTED = new Set([...LISTED, 'session.read'])

const standing = ({ pinned, archived, muted, unread }) => ({ pinned, archived, muted, unread })

/**
 * Handles the notices about all chats of the user: reloads the list, and if no tab of the page is visible, shows a
 * notification when a reminder has run or a decision is needed, unless the chat is muted or the
 * person has quiet hours.
 */
export class News {
  #app
  #recalled = new Set() // chats with an active reminder

  constructor(app) {
    this.#app = app
  }

  noticed({ kind, session, data }) {
    const id = session ?? data?.session
    if (COUNTED.has(kind) && id) this.#app.lists.updated(id, standing(data))
    if (kind === 'session.changed' && !id) this.#app.reread()
    if (LISTED.has(kind)) this.#app.refreshSoon(SOON_MS)
    if (LISTED.has(kind) && kind !== 'session.changed') this.#app.expiring.over(id)
    switch (kind) {
      case 'recall.fired':
        this.#recalled.add(id)
        break
      case 'run.ended':
        if (this.#recalled.delete(id) && !arePushed()) this.#notify(id, data, () => this.#answer(id))
        break
      case 'recall.paused':
        this.#notify(id, data, async () => 'A reminder is paused: reminders spoke many times in a row. Write something, and it goes on.')
        break
      case 'interrupt.opened':
        this.#recalled.delete(id)
        if (!arePushed()) this.#notify(id, data, () => this.#need(id))
        break
      case 'session.expiring':
        this.#app.expiring.warn(id, data)
        break
      case 'session.kept':
        this.#app.expiring.over(id)
        break
      case 'preferences.changed':
        this.#app.quiet.forget()
        break
      case 'webhook.off':
        this.#webhookOff(data)
        break
      case 'mcp.status':
        this.#mcpStatus(data)
        break
      case 'config.reloaded':
      case 'config.rejected':
        if (this.#app.page?.startsWith('admin/')) this.#app.shownPage.refresh()
        this.#app.choices?.refresh()
        break
      case 'session.deleted':
      case 'session.expired':
        this.#app.forget(id)
        break
    }
  }

  /** `body`: resolves with the text. A failure does not suppress the notification. */
  async #notify(id, { title, muted }, body, onOpen = () => this.#app.open(id)) {
    const app = this.#app
    if (!areOn() || await isAnyLookedAt()) return // first: whoever looks now sees it, and may leave while the rest is asked for
    const listed = app.lists.find(id)
    if ((muted ?? listed?.muted) || await app.quiet.isNow()) return
    const name = title || listed?.title || firstWords(listed?.preview ?? '') || 'Reprise'
    notify(name, { body: await body().catch(() => ''), tag: id, onOpen })
  }

  #webhookOff({ webhook, name }) {
    const show = () => this.#app.openPage('hooks')
    const text = `The webhook “${name}” was switched off, because its deliveries failed too often.`
    if (this.#app.page === 'hooks') this.#app.shownPage.refresh()
    this.#app.tell(text, { action: { label: 'Show it', run: show } })
    this.#notify(webhook, { title: 'Webhook switched off' }, async () => text, show)
  }

  #mcpStatus({ title, status }) {
    if (this.#app.page === 'admin/mcp-servers') this.#app.shownPage.refresh()
    this.#app.tell(status === 'healthy' ? `The tools of “${title}” work again.` : `The tools of “${title}” do not work at the moment.`)
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

export const needWords = ({ interrupts }) => `Your decision is needed: ${askedWords(interrupts)}`

/** The end of a chat's last run, in words. */
export function endWords(view) {
  const { lastRun, outcomes, items } = view
  if (view.interrupts.length) return needWords(view)
  const said = outcomeWords(outcomes[lastRun.id])
  if (said) return said
  const answer = items.findLast(item => item.kind === 'text' && item.role === 'assistant' && item.run === lastRun.id)
  return answer ? `Answer: ${firstWords(answer.text, 600)}` : 'Finished'
}
