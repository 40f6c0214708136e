import { say } from '../browser/announcer.js'
import { now } from '../browser/clock.js'
import { fold } from '../browser/fold.js'
import { afterRender, focusMessage } from '../browser/render.js'
import { currentPlace, go, goToPage } from '../browser/route.js'
import { Decisions } from '../chat/decisions.js'
import { OpenChats } from '../chat/open-chats.js'
import { Reading } from '../chat/reading.js'
import { Revision } from '../chat/revision.js'
import { load, parts } from '../later.js'
import { Expiring } from '../sessions/expiring.js'
import { Lists } from '../sessions/lists.js'
import { Origins } from '../sessions/origins.js'
import { Search } from '../sessions/search.js'
import { Seen } from '../sessions/seen.js'
import { forkWord } from '../sessions/session-names.js'
import { Unread } from '../sessions/unread.js'
import { errorWords, firstWords, missingWords } from '../words/words.js'
import { Api } from './api.js'
import { Auth } from './auth.js'
import { News } from './news.js'
import { PAGES } from './pages.js'
import { Person } from './person.js'
import { Quiet } from './quiet.js'
import { ServerLink } from './server-link.js'
import { ShownPage } from './shown-page.js'

const SOON_MS = 90_000
const NOTICE_MS = 8_000

/** State of the page, its parts, and the way from an address to what is shown. Components read it and call its methods; `changed` renders. */
export class App {
  #changed
  #draw
  #noticeTimer
  auth = new Auth()
  api = new Api(this.auth)
  person = new Person(this)
  #news = new News(this)
  server = new ServerLink(this, frame => this.#news.noticed(frame))
  lists = new Lists(this, { api: this.api, changed: () => this.#changed() })
  search = new Search({ api: this.api, changed: () => this.#changed(), archived: () => this.lists.showsArchive })
  seenMarks = new Seen(this)
  quiet = new Quiet(this.api)
  decisions = new Decisions(this)
  reading = new Reading(this)
  revision = new Revision(this)
  expiring = new Expiring(this)
  origins = new Origins({ api: this.api, list: this.lists.main, changed: () => this.#changed() })
  shownPage = new ShownPage(this)
  chats
  unread
  chat = null         // the open one
  page = null         // the name of what is shown in the place of the chat
  reminders = null    // of all chats, once their page was opened
  hooks = null        // likewise
  keys = null         // likewise
  memory = null       // likewise
  jobs = null         // likewise, for administrators
  live = null
  settings = null
  audit = null
  providers = null    // likewise, for staff, too
  models = null
  prompts = null
  agents = null
  middleware = null
  choices = null      // agents and models to choose, once they were asked for
  notice = null       // { text, calm?, action?: { label, run } } for a few seconds
  picking = null      // several chats that are being chosen in the list
  drawerOpen = false
  escaped = false     // the last key was Escape in a field with text: the next one stops the answer
  renaming = null     // { id, place, title }: a title that is being changed, in the header or in the list
  editing = null      // { message, text } of the queue
  found = null        // { message, words }: what was sought, and with which words
  doc = null          // { name, heading }: the document that lies over the chat; name null: the list of them
  docTitle = null
  revising = null     // { message, text } of the transcript
  openGroups = new Set() // keys of calls that begin a group that is unfolded
  place = null        // { message, offset }: where this chat was read when it was left
  whole = false       // all of the chat is rendered, not only what is about to be seen

  /** `changed`: renders soon; `draw`: at once; `place`: where the open chat is being read. */
  constructor({ changed, draw, place }) {
    this.#changed = changed
    this.#draw = draw
    this.chats = new OpenChats(this, { place })
    this.unread = new Unread(this, { place })
  }

  start() {
    this.server.connect()
    this.route()
    this.lists.main.refresh()
  }

  /** As for a person who was never here. */
  begin() {
    for (const part of [this.chats, this.lists, this.shownPage]) part.clear()
    Object.assign(this, { chat: null, picking: null, choices: null })
    this.search.type('')
    go(null)
    this.start()
  }

  route() {
    const { id, message, page, doc } = currentPlace()
    if (page || doc || this.chat?.id !== id) this.seenMarks.leave()
    this.page = page
    this.set({ doc })
    if (doc && this.chat) return
    if (page) this.shownPage.show()
    if (this.chat && this.chat.id === id) {
      this.reading.seek(message)
      this.set({ drawerOpen: false })
      return this.reading.arrive()
    }
    this.chats.leave()
    this.chat?.close()
    this.place = id && !message ? this.chats.placeOf(id) : null
    this.reading.seek(message, this.place)
    this.chat = this.chats.of(id)
    this.chat.open()
    Object.assign(this, { drawerOpen: false, editing: null, revising: null, renaming: null, notice: null, found: null, escaped: false })
    this.#draw() // what is typed next is for this chat
    this.lists.includeOpen()
    this.reading.arrive()
  }

  open(id) {
    go(id)
    this.route()
  }

  openPage(page) {
    goToPage(page)
    this.route()
    afterRender(() => document.getElementById('page-title')?.focus())
  }

  openNew() {
    this.open(null)
    focusMessage()
  }

  /** The chat above (-1) or below (1) this one in the list. */
  openNext(step) {
    const next = this.lists.next(this.chat.id, step)
    if (next) this.open(next.id)
  }

  /** Something was asked for that could not be loaded. */
  refused() { this.tell('This could not be loaded. Try again when the connection is back.') }

  /** Whether there are words that change by the second. */
  get countsDown() {
    const isSoon = time => Math.abs(Date.parse(time) - now()) < SOON_MS
    const { recalls, interrupts } = this.chat.view
    return this.server.connection.state === 'waiting' || this.expiring.isAny || this.person.endsInMs !== null || recalls.some(({ status, triggerAt }) => status !== 'paused' && isSoon(triggerAt)) ||
      interrupts.some(({ expiresAt }) => isSoon(expiresAt))
  }

  get title() {
    if (this.page) return PAGES[this.page].title
    const { id, view, pending, missing } = this.chat
    if (missing) return missingWords(missing)
    const listed = this.lists.find(id)
    const first = (view.earlier ? null : view.items.find(item => item.role === 'user')?.text) ?? pending[0]?.text
    return view.title || listed?.title || `${firstWords(listed?.preview || first || '') || 'New chat'}${forkWord(listed)}`
  }

  /** For actions of the page: what fails is said, not thrown. Resolves with whether it succeeded. */
  async attempt(action) {
    try {
      await action()
      return true
    } catch (error) {
      this.tell(errorWords(error))
      return false
    }
  }

  /** The page is looked at: news of other tabs count, and nobody wants to wait for a connection. */
  seen() {
    if (this.person.isSignedOut) return void this.person.lookAgain().catch(() => {})
    this.refreshSoon(0)
    this.server.hurry()
  }

  /** The list of chats, where it stands beside them; the focus goes to what brings it back, or takes it away. */
  foldList(folded) {
    const { activeElement: focused } = document
    const isThere = focused?.closest('#sidebar') || focused?.id === 'open-drawer'
    fold(folded)
    this.set({})
    if (isThere) afterRender(() => document.querySelector(folded ? '#open-drawer' : '.fold-list').focus())
  }

  send(text, onBusy, files) {
    this.found = null
    this.chat.versions.show(null)
    this.server.hurry()
    return this.chat.send(text, onBusy, files)
  }

  toggleGroup(key) {
    if (!this.openGroups.delete(key)) this.openGroups.add(key)
    this.#changed()
  }

  /** Ends the answer, or drops what waits for a decision. */
  stop() { if (this.chat?.isBusy) this.attempt(() => this.chat.stop()) }

  /** Goes on from that message in a new chat, and opens it. */
  fork(message) {
    return this.attempt(async () => {
      const { session } = await this.chat.fork(message)
      this.open(session)
      this.lists.main.refreshSoon(0)
      say('Forked: this is the new chat')
      focusMessage()
    })
  }

  /** All of this chat, for the eye or for paper; resolves with whether it is all. */
  async loadAll() {
    const isAll = await this.reading.all()
    this.whole = true
    this.#draw()
    this.whole = false
    return isAll
  }

  /** Begins to choose several chats, with this one if it is given. */
  async pick(id) {
    if (!parts.Picking && !await load()) return this.refused()
    this.set({ picking: new parts.Picking(this, id), renaming: null })
    const first = id ? `[data-pick="${CSS.escape(id)}"]` : '[data-pick]'
    afterRender(() => document.querySelector(`${first} input`)?.focus())
  }

  /** What is looked at is read again. */
  refreshSoon(ms) {
    this.lists.refreshSoon(ms)
    this.shownPage.refresh()
  }

  /** Nobody was told what happened. */
  reread() {
    this.quiet.forget()
    this.choices?.refresh()
    this.lists.reread()
    this.refreshSoon(0)
  }

  /** The server says that a chat exists no more. */
  forget(id) {
    this.expiring.over(id)
    this.chats.gone(id) // first: what is gone has no row to be read
    this.lists.forget(id)
  }

  async remove(id) {
    if (await this.attempt(() => this.removed(id))) say('Chat deleted')
  }

  /** Rejects if the server refuses. */
  async removed(id) {
    await this.api.remove(id)
    this.chats.forget(id)
    if (this.chat.id === id) this.open(null)
    this.lists.forget(id)
  }

  set(state) {
    Object.assign(this, state)
    this.#changed()
  }

  /** `calm`: nothing went wrong; `action`: { label, run }, what can be done about it. */
  tell(text, { calm = false, action = null } = {}) {
    clearTimeout(this.#noticeTimer)
    this.#noticeTimer = setTimeout(() => this.set({ notice: null }), NOTICE_MS)
    this.set({ notice: { text, calm, action } })
    say(text)
  }
}
