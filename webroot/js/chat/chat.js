import { uuid } from '../client.js'
import { emptyView, isLess, reduce, withEarlier } from '../session-view.js'
import { Drafts } from './drafts.js'
import { Versions } from './versions.js'

const isBeingWritten = ({ open, state }) => open || state === 'running'

/** One open session on the page: its view, and what was sent here and is not in the transcript yet. */
export class Chat {
  #client
  #api
  #changed
  #session = null
  #cursor = null
  #creating = null
  #createId = uuid()
  #queuedOnce = new Set() // a message can leave the queue before its `result` is here
  #loadingEarlier = null
  #before = null          // { view, kind }: how reading goes on in another way, until the snapshot is here
  view = emptyView
  pending = []
  verdict = null // { key, kind, run? }: after which item ('': before all) reading went on in another way, and how
  revising = false // history is being rewound
  earlierFailed = false // older messages could not be read when somebody scrolled there
  agent = null   // chosen for a new chat
  model = null   // chosen for what is sent next; null for that of the agent
  files = null // of the message that is being written, once there are any
  missing = null // the error of an attach that was refused
  #draft
  #drafts

  /** `changed(what, chat)`: called after each change; `what` is the frame's type, or `pending`. */
  constructor({ id, client, api, drafts = new Drafts(), changed }) {
    this.id = id
    this.#drafts = drafts
    this.#draft = drafts.of(id)
    this.#client = client
    this.#api = api
    this.#changed = (what, frame) => changed(what, this, frame)
    this.versions = new Versions({ chat: this, api, changed: () => this.#changed('versions') })
  }

  /** The view, or a version of it that is read instead. */
  get shown() { return this.versions.viewOf(this.view) }

  /** What is written here and not sent. */
  get draft() { return this.#draft }

  set draft(text) {
    this.#draft = text
    this.#drafts.put(this.id, text)
  }

  /** `choice`: agent or model. */
  choose(choice) {
    Object.assign(this, choice)
    this.#changed('choice')
  }

  /** Reads along, from where it last was. */
  open() {
    if (this.#session || !this.id || this.missing) return
    const session = this.#session = this.#client.session(this.id, this.#cursor)
    const take = frame => {
      if (session !== this.#session) return
      this.view = reduce(this.view, frame)
      this.#landed()
      this.#changed(frame.type, frame)
      if (frame.type === 'live' ? this.view.items.length : frame.event?.name === 'history.rewound') this.versions.refresh()
    }
    session.on('attached', frame => {
      if (frame.reason) this.#before ??= { view: this.view, kind: frame.reason }
      take(frame)
    })
    session.on('snapshot', frame => {
      if (this.#before) this.#judge(reduce(this.view, frame))
      take(frame)
    })
    session.on('event', take)
    session.on('live', take)
    session.on('error', error => {
      this.missing = error
      this.#changed('error')
    })
  }

  /** Stops reading along; the view and the cursor stay for the next time. */
  close() {
    this.versions.leave()
    if (!this.#session) return
    const { epoch, seq } = this.#session
    this.#cursor = epoch === null ? null : { epoch, seq }
    if (epoch === null) this.view = emptyView
    this.#session = null
    this.#client.detach(this.id)
  }

  /** The server says that the session exists no more. */
  gone() {
    this.missing = { code: 'not_found', message: 'This chat was deleted.' }
    this.#changed('error')
  }

  /** `onBusy`: what becomes of it while an answer is written; queued if not given. */
  async send(text, onBusy, files) {
    const entry = { id: uuid(), text, onBusy, files, model: this.model, at: Date.now(), error: null, message: null }
    this.pending = [...this.pending, entry]
    this.#changed('pending')
    await this.#transmit(entry)
  }

  /** The same id again: what was taken after all is not taken twice. */
  retry(entry) {
    this.#update(entry, { error: null })
    return this.#transmit(entry)
  }

  discard(entry) {
    this.pending = this.pending.filter(other => other.id !== entry.id)
    this.#changed('pending')
  }

  /** Makes the chat on the server if it is new: files are uploaded to a chat that exists. */
  create() { return this.#created() }

  /** `fields`: interrupt, decision, and what belongs to it. */
  answer(fields) { return this.#client.answer(this.id, fields) }

  /** A new chat that goes on behind that message; resolves with it. */
  fork(message) { return this.#client.fork(this.id, { message }) }

  /** Ends the answer, or drops what waits for a decision. */
  stop() {
    return this.#client.stopRun(this.id, this.view.run ? { run: this.view.run.id } : {}).catch(error => {
      if (error.code !== 'stale_run') throw error
    })
  }

  stopQueued() { return this.#client.stopRun(this.id, { scope: 'queued' }) }
  /** `fields`: message; rating: 'up', 'down', 'none'; comment. */
  rate(fields) { return this.#client.rate(this.id, fields) }
  unqueue(message) { return this.#client.unqueue(this.id, message) }
  requeue(message, text) { return this.#client.requeue(this.id, message, text) }

  /** The user's message that a run answered; null for a reminder's run, or one that is not here. */
  questionOf(run) {
    const { items } = this.view
    const begun = items.find(item => item.run === run && item.role === 'user')
    if (begun) return begun.origin === 'recall' ? null : begun
    const before = items[items.findIndex(item => item.run === run) - 1] // a run without a question goes on with another
    return before ? this.questionOf(before.run) : null
  }

  /** Whether an answer is written, or waits for a person: what is sent now waits too. */
  get isBusy() {
    return Boolean(this.view.run) || this.view.interrupts.length > 0
  }

  /** Answers that message again, with another text or model if one is given; what came after it is gone. */
  async regenerate(message, text, model) {
    this.revising = true
    this.#changed('pending')
    try {
      await this.#client.regenerate(this.id, { message, ...(text && { text }), ...(model && { model }) })
    } finally {
      this.revising = false
      this.#changed('pending')
    }
  }

  /** Whoever asks while they are being read waits for the same. */
  loadEarlier() {
    this.#loadingEarlier ??= this.#readEarlier().finally(() => {
      this.#loadingEarlier = null
      this.#changed('earlier')
    })
    return this.#loadingEarlier
  }

  async #readEarlier() {
    const { epoch, items: [first] } = this.view
    if (!first) return
    const { messages, earlier, cursor } = await this.#api.messagesBefore(this.id, first.seq)
    if (this.view.epoch !== epoch) return // the chat was cleared meanwhile
    this.view = withEarlier(this.view, { messages, earlier: (earlier ?? cursor) && messages.length > 0 })
  }

  async #transmit(entry) {
    try {
      await this.#created()
      const onBusy = entry.onBusy && { onBusy: entry.onBusy }
      const model = entry.model && { model: entry.model }
      const parts = entry.files?.length && { parts: entry.files.map(({ type, attachment }) => ({ type, attachment })) }
      const { message } = await this.#client.send(this.id, entry.text, { id: entry.id, ...onBusy, ...model, ...parts })
      this.#update(entry, { message })
    } catch (error) {
      this.#update(entry, { error })
    }
  }

  /** A new chat exists on the server from its first message or file on. */
  async #created() {
    if (this.id) return
    this.#creating ??= this.#client.create({ id: this.#createId, ...(this.agent && { agent: this.agent }) })
    try {
      const { session } = await this.#creating
      if (this.id) return
      this.#drafts.put(null, '')
      this.id = session
      this.draft = this.#draft
      this.#changed('created')
    } finally {
      this.#creating = null
    }
  }

  /**
   * What readers are told of a snapshot that is not the continuation of what they saw. Nothing when nothing is missing: that
   * depends on when a tab came back, and all tabs of a chat show the same. A cleared log needs no words.
   */
  #judge(view) {
    const { view: before, kind } = this.#before
    this.#before = null
    const goesOn = before.run && before.run.id === view.run?.id // what it had not stored it writes again
    const words = kind !== 'epoch' ? kind : goesOn ? 'goesOn' : isLess(before, view) ? 'lost' : null
    const last = words === 'goesOn' ? view.items.findLast(item => !isBeingWritten(item)) : view.items.at(-1)
    this.verdict = words && last && before.items.length
      ? { key: last.key, kind: words, ...(words === 'goesOn' && { run: view.run.id }) } : null
  }

  #update(entry, change) {
    this.pending = this.pending.map(other => other.id === entry.id ? { ...other, ...change } : other)
    this.#landed()
    this.#changed('pending')
  }

  /** A sent message is shown once: as pending until it is in the transcript or in the queue. */
  #landed() {
    if (!this.pending.length) return
    const { items, queue } = this.view
    queue.forEach(waiting => this.#queuedOnce.add(waiting.message))
    this.pending = this.pending.filter(({ id, message }) =>
      !items.some(item => item.command === id || (message && item.id === message)) &&
      !this.#queuedOnce.has(message))
  }
}
