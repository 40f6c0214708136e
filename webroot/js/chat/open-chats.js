import { say } from '../browser/announcer.js'
import { Chat } from './chat.js'
import { Drafts } from './drafts.js'
import { Places } from './places.js'
import { go } from '../browser/route.js'
import { endWords, needWords } from '../app/news.js'

const CHATS_MAX = 20

/** The chats that were opened in this tab, with what is written in each and where it was read; and what happens in them. */
export class OpenChats {
  #app
  #placeNow
  #drafts = new Drafts()
  #places = new Places()
  #chats = new Map()

  /** `place()`: where the open chat is being read. */
  constructor(app, { place }) {
    this.#app = app
    this.#placeNow = place
  }

  /** As it was left, if it was here; null: one that begins with its first message. */
  of(id) {
    const chat = (id && this.#chats.get(id)) ?? this.#newChat(id)
    this.#remember(chat)
    return chat
  }

  placeOf(id) { return this.#places.of(id) }

  /** What is written is kept, and what is read stays where it is. */
  leave() {
    this.#drafts.save()
    const { chat, reading } = this.#app
    if (chat?.id && chat.view.ready && !reading.isPlacing) this.#places.put(chat.id, this.#placeNow())
  }

  /** The server says that a chat exists no more. */
  gone(id) { this.#chats.get(id)?.gone() }

  /** Somebody here has deleted it. */
  forget(id) {
    this.#chats.delete(id)
    this.#drafts.put(id, '')
    this.#places.put(id, null)
  }

  clear() {
    this.#chats.clear()
    this.#drafts.clear()
    this.#places.clear()
  }

  #newChat(id) {
    const { api, server } = this.#app
    const changed = (what, chat, frame) => this.#changed(what, chat, frame)
    return new Chat({ id, client: server.client, api, drafts: this.#drafts, changed })
  }

  #remember(chat) {
    if (!chat.id) return
    this.#chats.delete(chat.id)
    this.#chats.set(chat.id, chat)
    const oldest = [...this.#chats.values()].find(other => other !== this.#app.chat && other !== chat && !other.pending.length)
    if (this.#chats.size > CHATS_MAX && oldest) this.#chats.delete(oldest.id)
  }

  #changed(what, chat, frame) {
    const app = this.#app
    if (what === 'created') this.#created(chat)
    if (what === 'event') this.#heard(chat, frame.event)
    if (what === 'live') this.#live(chat)
    if (what === 'earlier' && chat === app.chat) app.hold = true
    if (chat !== app.chat) return
    if (what === 'event' || what === 'live') app.revision.rescue()
    app.reading.arrive()
    app.set({})
  }

  #live(chat) {
    const app = this.#app
    if (chat === app.chat) app.lists.includeOpen()
    if (chat === app.chat && chat.view.interrupts.length) say(needWords(chat.view))
  }

  #created(chat) {
    this.#remember(chat)
    if (chat === this.#app.chat) {
      if (!this.#app.doc) go(chat.id, { replace: true })
      chat.open()
    }
    this.#app.lists.main.refreshSoon()
  }

  #heard(chat, { type, name, value, role }) {
    const app = this.#app
    const ended = type === 'RUN_FINISHED' || type === 'RUN_ERROR'
    const begun = type === 'TEXT_MESSAGE_START' && role === 'user'
    if (name === 'interrupt.resolved') app.decisions.resolved(value.interrupt)
    if (name === 'session.updated') app.lists.updated(chat.id, value)
    if (ended || begun || type === 'RUN_STARTED' || name === 'interrupt.resolved') app.lists.main.refreshSoon()
    if (ended && chat === app.chat) tellEnd(app, chat.view)
  }
}

/** Seen with its last message and said; how a run failed that has no message, such as one that was to summarise, is seen only as a notice. */
function tellEnd(app, view) {
  const { id } = view.lastRun
  const hasFailed = view.outcomes[id].type === 'error'
  if (hasFailed && !view.items.some(({ run }) => run === id)) app.tell(endWords(view))
  else say(endWords(view))
}
