import { say } from './announcer.js'
import { Api } from './api.js'
import { Auth } from './auth.js'
import { Chat } from './chat.js'
import { Client } from './client.js'
import { now, setClock } from './clock.js'
import { offersOf } from './contract.js'
import { Decisions } from './decisions.js'
import { Drafts } from './drafts.js'
import { Expiring } from './expiring.js'
import { fold } from './fold.js'
import { load, parts } from './later.js'
import { endWords, needWords, News } from './news.js'
import { PAGES } from './pages.js'
import { Places } from './places.js'
import { Origins } from './origins.js'
import { Quiet } from './quiet.js'
import { Reading } from './reading.js'
import { afterRender, focusMessage, leaveFocus } from './render.js'
import { currentPlace, go, goToPage } from './route.js'
import { forkWord } from './session-names.js'
import { Search } from './search.js'
import { Seen } from './seen.js'
import { SessionList } from './session-list.js'
import { ofTab, shared } from './storage.js'
import { errorWords, finalWords, firstWords, missingWords, signInErrorWords } from './words.js'
import { ownZone } from './zone.js'

const CHATS_MAX = 20
const PAGE = 50 // chats that the list reads at once
const SOON_MS = 90_000
const NOTICE_MS = 8_000
const BAD_TOKEN = 4500
const SIGNED_OUT = 'reprise.signed-out'
const PERSON = 'reprise.person' // who was signed in last in this tab: whose drafts these are

/** State of the page and what can be done with it. Components read it and call its methods; `changed` renders. */
export class App {
  #changed
  #draw
  #placeNow
  #drafts = new Drafts()
  #places = new Places()
  #noticeTimer
  #chats = new Map()
  auth = new Auth()
  api = new Api(this.auth)
  list = new SessionList({ api: this.api, changed: () => this.#listed() })
  archive = new SessionList({ api: this.api, changed: () => this.#changed(), archived: true }) // read once it is looked at
  search = new Search({ api: this.api, changed: () => this.#changed(), archived: () => this.showsArchive })
  connection = { state: 'connecting' }
  limits = {}
  offers = offersOf(null) // what the server can do, by what it said when it welcomed us
  provider = null     // who runs the model, where the server says it
  model = null        // what that one calls it
  chat = null
  isAdmin = false     // whether the server lets them administer it
  page = null         // the name of what is shown in the place of the chat
  reminders = null    // of all chats, once their page was opened
  hooks = null        // likewise
  jobs = null         // likewise, for administrators
  settings = null
  audit = null
  notice = null       // { text, calm?, action?: { label, run } } for a few seconds
  showsArchive = false // the list shows what is archived
  picking = null      // several chats that are being chosen in the list
  drawerOpen = false
  escaped = false     // the last key was Escape in a field with text: the next one stops the answer
  listStop = null     // the chat whose row has the focus
  renaming = null     // { id, place, title }: a title that is being changed, in the header or in the list
  editing = null      // { message, text } of the queue
  found = null        // { message, words }: what was sought, and with which words
  doc = null          // { name, heading }: the document that lies over the chat; name null: the list of them
  docTitle = null
  revising = null     // { message, text } of the transcript
  openGroups = new Set() // keys of calls that begin a group that is unfolded
  place = null        // { message, offset }: where this chat was read when it was left
  whole = false       // all of the chat is rendered, not only what is about to be seen
  decisions = new Decisions(this)
  reading = new Reading(this)
  expiring = new Expiring(this)
  seenMarks = new Seen(this)
  quiet = new Quiet(this.api)
  origins = new Origins({ api: this.api, list: this.list, changed: () => this.#changed() })
  #news = new News(this)

  /** `changed`: renders soon; `draw`: at once; `place`: where the open chat is being read. */
  constructor({ changed, draw, place }) {
    this.#changed = changed
    this.#draw = draw
    this.#placeNow = place
  }

  start() {
    this.#connect()
    this.route()
    this.list.refresh()
  }

  /**
   * Rejects if the server does not take it. The same person goes on where they were; of another one who was here before
   * nothing stays.
   */
  async signIn(as) {
    await this.auth.signIn(as)
    this.client.stop()
    if (this.auth.user !== ofTab.getItem(PERSON)) return this.#begin()
    this.client.start()
    this.list.refresh()
  }

  #begin() {
    ofTab.removeItem(PERSON)
    this.#chats.clear()
    this.#drafts.clear()
    this.#places.clear()
    this.chat = this.reminders = this.hooks = this.jobs = this.settings = this.audit = null
    this.#lists.forEach(list => list.clear())
    Object.assign(this, { showsArchive: false, picking: null })
    this.search.type('')
    go(null)
    this.start()
  }

  async signOut() {
    this.client.stop()
    let next = null
    await this.attempt(async () => { next = await this.auth.signOut() })
    shared.setItem(SIGNED_OUT, String(Date.now())) // other tabs are told
    this.#begin()
    if (next) location.assign(next)
  }

  /** Nobody is signed in, and the server wants somebody to be. */
  get isSignedOut() {
    const { state, final, code } = this.connection
    return !this.auth.dev && state === 'closed' && final && code === BAD_TOKEN
  }

  /** Somebody may have signed in in another tab. */
  async #lookAgain() {
    await this.auth.fetchToken()
    if (!this.isSignedOut || !this.auth.isKnown) return
    if (this.auth.user !== ofTab.getItem(PERSON)) return this.#begin()
    this.client.start()
    this.list.refresh()
  }

  route() {
    const { id, message, page, doc } = currentPlace()
    this.page = page
    this.set({ doc })
    if (doc && this.chat) return
    if (page) this.#showPage()
    if (this.chat && this.chat.id === id) {
      this.reading.seek(message)
      this.set({ drawerOpen: false })
      return this.reading.arrive()
    }
    this.leave()
    this.chat?.close()
    this.place = id && !message ? this.#places.of(id) : null
    this.reading.seek(message, this.place)
    this.chat = id ? this.#chats.get(id) ?? this.#newChat(id) : this.#newChat(null)
    this.#remember(this.chat)
    this.chat.open()
    Object.assign(this, { drawerOpen: false, editing: null, revising: null, renaming: null, notice: null, found: null, escaped: false })
    this.#draw() // what is typed next is for this chat
    this.#includeOpen()
    this.reading.arrive()
  }

  /** The chat or the page is about to be left: what is written is kept, and what is read stays where it is. */
  leave() {
    this.#drafts.save()
    if (this.chat?.id && this.chat.view.ready && !this.reading.isPlacing) this.#places.put(this.chat.id, this.#placeNow())
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

  async #showPage() {
    const { field, type } = PAGES[this.page]
    if (!this[field]) {
      if (!await load()) return this.refused()
      this[field] ??= new parts[type](this)
    }
    this.shownPage?.refresh()
    this.set({})
  }

  /** Something was asked for that could not be loaded. */
  refused() { this.tell('This could not be loaded. Try again when the connection is back.') }

  /** What the open page shows, once it was loaded. */
  get shownPage() { return this.page && this[PAGES[this.page].field] }

  openNew() {
    this.open(null)
    focusMessage()
  }

  /** Whether there are words that change by the second. */
  get countsDown() {
    const isSoon = time => Math.abs(Date.parse(time) - now()) < SOON_MS
    const { recalls, interrupts } = this.chat.view
    return this.connection.state === 'waiting' || this.expiring.isAny || recalls.some(({ triggerAt }) => isSoon(triggerAt)) ||
      interrupts.some(({ expiresAt }) => isSoon(expiresAt))
  }

  /** The chat above (-1) or below (1) this one in the list. */
  openNext(step) {
    const shown = this.search.results ?? this.shownList.rows
    const next = shown[shown.findIndex(session => session.id === this.chat.id) + step]
    if (next) this.open(next.id)
  }

  get title() {
    if (this.page) return PAGES[this.page].title
    const { id, view, pending, missing } = this.chat
    if (missing) return missingWords(missing)
    const listed = this.find(id)
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
    if (this.isSignedOut) return void this.#lookAgain().catch(() => {})
    this.refreshSoon(0)
    this.#hurry()
  }

  /** Another tab has signed out. */
  storageChanged(key) {
    if (key === SIGNED_OUT && !this.auth.dev && !this.auth.token) this.#connectAgain()
  }

  /** The list of chats, where it stands beside them; the focus goes to what brings it back, or takes it away. */
  foldList(folded) {
    const { activeElement: focused } = document
    const isThere = focused?.closest('#sidebar') || focused?.id === 'open-drawer'
    fold(folded)
    this.set({})
    if (isThere) afterRender(() => document.querySelector(folded ? '#open-drawer' : '.fold-list').focus())
  }

  /** The chat with which the tab key enters the list. */
  get tabStop() {
    const rows = this.search.isOn ? this.search.results ?? [] : this.shownList.rows
    const isThere = id => id !== null && rows.some(row => row.id === id)
    return [this.listStop, this.chat.id].find(isThere) ?? rows[0]?.id
  }

  /** How many chats have something new: an answer, unless they are muted, or a question. */
  get news() {
    return this.list.sessions.filter(session => this.isUnread(session) && !session.muted || this.#isWaiting(session)).length
  }

  isUnread(session) {
    return session.unread > 0 && !session.running && !this.#isSeen(session)
  }

  #isWaiting(session) { return session.waiting && !this.#isSeen(session) }

  #isSeen(session) { return session.id === this.chat.id && this.isLookedAt }

  /** Whether somebody has the end of the open chat before them. */
  get isLookedAt() {
    return document.visibilityState === 'visible' && !this.page && !this.doc && this.#placeNow() === null
  }

  send(text, onBusy) {
    this.found = null
    this.chat.versions.show(null)
    this.#hurry()
    return this.chat.send(text, onBusy)
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
      this.list.refreshSoon(0)
      say('Forked: this is the new chat')
      focusMessage()
    })
  }

  /** Answers the question of that run again. */
  async regenerate(run) {
    const question = this.chat.questionOf(run)
    if (!question) return
    leaveFocus()
    await this.revise(question.id)
  }

  /** Sends a message of the transcript again, with another text if one is given. */
  async revise(message, text) {
    this.#hurry()
    this.set({ stick: true, found: null })
    const { revising } = this
    if (revising) revising.sent = true
    const done = await this.attempt(() => this.chat.regenerate(message, text))
    if (done) this.set({ revising: null, stick: true })
    else if (revising) revising.sent = false
    return done
  }

  /**
   * What is being changed may be gone, as another tab took it back or its turn came. What was written is not: it goes into
   * the field, where it can be sent.
   */
  #rescue() {
    const { chat, editing, revising } = this
    const { ready, queue, items } = chat.view
    if (!ready) return
    const isLost = editing ? !queue.some(({ message }) => message === editing.message)
      : revising && !revising.sent && !items.some(({ id }) => id === revising.message)
    if (!isLost) return
    const { text, before } = editing ?? revising
    const focused = document.activeElement?.closest('.chip.editing, .revising')
    this.set({ editing: null, revising: null })
    if (focused) focusMessage()
    if (text.trim() === before) return
    chat.draft = [chat.draft, text].filter(Boolean).join('\n')
    this.tell('The message that you were changing is not there any more. What you wrote is in the field.')
  }

  /** All of this chat, for the eye or for paper; resolves with whether it is all. */
  async loadAll() {
    const isAll = await this.reading.all()
    this.whole = true
    this.#draw()
    this.whole = false
    return isAll
  }

  get #lists() { return [this.list, this.archive] }

  /** The one that is shown. */
  get shownList() { return this.showsArchive ? this.archive : this.list }

  find(id) { return this.list.find(id) ?? this.archive.find(id) }

  /** The one that knows it. */
  listOf(id) { return this.#lists.find(list => list.find(id)) ?? this.list }

  showArchive(showsArchive) {
    this.set({ showsArchive, picking: null })
    if (showsArchive) this.archive.refresh()
    this.search.again()
  }

  /** Begins to choose several chats, with this one if it is given. */
  async pick(id) {
    if (!parts.Picking && !await load()) return this.refused()
    this.set({ picking: new parts.Picking(this, id), renaming: null })
    const first = id ? `[data-pick="${CSS.escape(id)}"]` : '[data-pick]'
    afterRender(() => document.querySelector(`${first} input`)?.focus())
  }

  /** Chats stand elsewhere now, in both lists; `change` null: as they are given, because the server refused. */
  arranged(sessions, change) {
    for (const session of sessions) {
      const { id, pinned = false, archived = false, muted = false } = session
      this.updated(id, change ?? { pinned, archived, muted })
      this.#lists.forEach(list => list.place({ ...session, ...change }))
    }
  }

  /** A chat has changed, as a list shows it. */
  updated(id, change) {
    this.#lists.forEach(list => list.updated(id, change))
    this.search.updated(id, change)
  }

  /** The lists are read again, as far as they are looked at. */
  refreshSoon(ms) {
    this.list.refreshSoon(ms)
    if (this.showsArchive) this.archive.refreshSoon(ms)
    if (this.page) this.shownPage?.refresh()
  }

  /** The server says that a chat exists no more. */
  forget(id) {
    this.expiring.over(id)
    this.#chats.get(id)?.gone() // first: what is gone has no row to be read
    this.#lists.forEach(list => list.forget(id))
  }

  async remove(id) {
    if (await this.attempt(() => this.removed(id))) say('Chat deleted')
  }

  /** Rejects if the server refuses. */
  async removed(id) {
    await this.api.remove(id)
    this.#chats.delete(id)
    this.#drafts.put(id, '')
    this.#places.put(id, null)
    this.search.forget(id)
    if (this.chat.id === id) this.open(null)
    this.#lists.forEach(list => list.forget(id))
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

  /** Waits that the server asked for are kept. */
  #hurry() {
    if (!this.connection.told) this.client.retryNow()
  }

  #listed() {
    if (this.list.loaded) this.#includeOpen()
    this.#changed()
  }

  /** The open chat has its row and its name also when it is further down than the list was read. */
  #includeOpen() {
    const { id, missing } = this.chat
    const exists = this.list.cursor || this.chat.view.ready // one that is not in a list read to its end may be in no list
    if (id && !missing && this.list.loaded && exists && !this.find(id)) this.list.include(id)
  }

  #connect() {
    const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`
    const client = this.client = new Client({ url, name: 'reprise-page', zone: ownZone(), token: () => this.auth.fetchToken() })
    client.on('state', state => { if (client === this.client) this.#connected(state) })
    client.on('welcome', frame => {
      this.limits = frame.limits ?? {}
      if (frame.user) ofTab.setItem(PERSON, frame.user.id)
      this.isAdmin = Boolean(frame.user?.roles?.includes('admin'))
      this.provider = frame.provider ?? null
      this.model = frame.model ?? null
      if (frame.ts) setClock(frame.ts)
      this.offers = offersOf(frame)
      this.reread()
    })
    client.on('notice', frame => this.#news.noticed(frame))
    client.start()
  }

  /** As whoever is signed in now. */
  #connectAgain() {
    this.client.stop()
    this.client.start()
  }

  /** Nobody was told what happened. */
  reread() {
    this.quiet.forget()
    for (const list of this.#lists) {
      if (list.sessions.length > PAGE) list.reread().catch(error => this.tell(errorWords(error)))
    }
    this.refreshSoon(0)
  }

  #connected(state) {
    const before = this.connection.state
    this.connection = state
    if (state.state === 'open' && before !== 'open') this.#came()
    if (state.state === 'waiting' && before === 'open') say('Connection lost, reconnecting')
    if (state.state === 'closed' && state.final) say(finalWords(state))
    this.#changed()
  }

  #came() {
    say('Connected')
    const { anonymous, error } = this.auth
    if (anonymous && error) this.tell(signInErrorWords(error)) // a sign-in that failed leaves a visitor
    if (anonymous) this.auth.error = null
  }

  #newChat(id) {
    const changed = (what, chat, frame) => this.#chatChanged(what, chat, frame)
    return new Chat({ id, client: this.client, api: this.api, drafts: this.#drafts, changed })
  }

  #remember(chat) {
    if (!chat.id) return
    this.#chats.delete(chat.id)
    this.#chats.set(chat.id, chat)
    const oldest = [...this.#chats.values()].find(other => other !== this.chat && !other.pending.length)
    if (this.#chats.size > CHATS_MAX && oldest) this.#chats.delete(oldest.id)
  }

  #chatChanged(what, chat, frame) {
    if (what === 'created') this.#created(chat)
    if (what === 'event') this.#heard(chat, frame.event)
    if (what === 'live') this.#live(chat)
    if (what === 'earlier' && chat === this.chat) this.hold = true
    if (chat !== this.chat) return
    if (what === 'event' || what === 'live') this.#rescue()
    this.reading.arrive()
    this.#changed()
  }

  #live(chat) {
    if (chat === this.chat) this.#includeOpen()
    if (chat === this.chat && chat.view.interrupts.length) say(needWords(chat.view))
  }

  #created(chat) {
    this.#remember(chat)
    if (chat === this.chat) {
      if (!this.doc) go(chat.id, { replace: true })
      chat.open()
    }
    this.list.refreshSoon()
  }

  #heard(chat, { type, name, value, role }) {
    const ended = type === 'RUN_FINISHED' || type === 'RUN_ERROR'
    const begun = type === 'TEXT_MESSAGE_START' && role === 'user'
    if (name === 'interrupt.resolved') this.decisions.resolved(value.interrupt)
    if (name === 'session.updated') this.updated(chat.id, value)
    if (ended || begun || type === 'RUN_STARTED' || name === 'interrupt.resolved') this.list.refreshSoon()
    if (ended && chat === this.chat) say(endWords(chat.view))
  }
}
