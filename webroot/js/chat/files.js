import { say } from '../browser/announcer.js'
import { ofTab } from '../browser/storage.js'
import { uuid } from '../client.js'
import { sizeWords } from '../words/sizes.js'

const PREFIX = 'reprise.files.'
const RETRY_MS = 2_000
const TRIES_MAX = 5
const PER_MESSAGE = 10

/** The files of a message that is being written. An upload that a lost connection ended is tried again; what is uploaded survives a reload. */
export class Files {
  #app
  #chat
  list = [] // { key, name, size, isImage, state: 'uploading', 'waiting', 'done' or 'failed', part, words?, attachment?, blob? }

  constructor(app, chat) {
    this.#app = app
    this.#chat = chat
    this.list = JSON.parse(ofTab.getItem(PREFIX + (chat.id ?? '')) ?? '[]')
  }

  get isUploading() { return this.list.some(({ state }) => state === 'uploading' || state === 'waiting') }

  get isBlocked() { return this.isUploading || this.list.some(({ state }) => state === 'failed') }

  add(blobs) {
    const { perMessageMax = PER_MESSAGE } = this.#limits
    const room = perMessageMax - this.list.length
    const taken = [...blobs].slice(0, Math.max(0, room))
    for (const blob of taken) {
      const isImage = blob.type.startsWith('image/')
      const entry = { key: uuid(), name: blob.name || 'file', size: blob.size, isImage, state: 'uploading', part: 0, blob }
      this.list = [...this.list, entry]
      const words = this.#tooLarge(blob)
      if (words) this.#change(entry.key, { state: 'failed', words })
      else this.#upload(entry)
    }
    if (taken.length < blobs.length) this.#app.tell(`A message can have ${perMessageMax} files.`)
    if (taken.length) say(taken.length === 1 ? `Adding ${taken[0].name}` : `Adding ${taken.length} files`)
    this.#app.set({})
  }

  /** What the server would refuse after it came. It alone knows the type for sure, so the largest limit counts. */
  #tooLarge({ size, type }) {
    const { imageBytesMax, pdfBytesMax, textBytesMax } = this.#limits
    const max = type.startsWith('image/') ? imageBytesMax : Math.max(pdfBytesMax, textBytesMax)
    return size > max ? `Too large: ${sizeWords(size)} of at most ${sizeWords(max)}.` : null
  }

  get #limits() { return this.#app.server.limits.attachments ?? {} }

  retry(key) {
    const entry = this.list.find(other => other.key === key)
    if (!entry?.blob) return
    this.#change(key, { state: 'uploading', part: 0, words: null })
    this.#upload(entry)
  }

  remove(key) {
    const entry = this.list.find(other => other.key === key)
    entry?.aborter?.abort()
    this.list = this.list.filter(other => other.key !== key)
    if (entry) say(`Removed ${entry.name}`)
    this.#keep()
    this.#app.set({})
  }

  /** What goes with the message that is sent now; then nothing is left. */
  take() {
    const taken = this.list.map(({ attachment, name, size, isImage }) => ({ type: isImage ? 'image' : 'file', attachment, name, size }))
    this.list = []
    this.#keep()
    return taken
  }

  /** They were not sent after all. */
  putBack(files) {
    this.list = [...files.map(({ type, ...file }) => ({ ...file, key: uuid(), isImage: type === 'image', state: 'done' })), ...this.list]
    this.#keep()
    this.#app.set({})
  }

  async #upload(entry, tries = 1) {
    const { key } = entry
    try {
      await this.#chat.create()
      const found = await this.#send(entry)
      this.#change(key, { ...found, isImage: found.type === 'image', state: 'done', part: 1, blob: null, aborter: null })
      this.#keep()
      say(`${found.name} is ready`)
    } catch (error) {
      if (!this.list.some(other => other.key === key)) return
      if (error.retryable && tries < TRIES_MAX) {
        this.#change(key, { state: 'waiting', part: 0, words: `${error.message} It is tried again.` })
        setTimeout(() => this.list.some(other => other.key === key) && this.#upload(entry, tries + 1), RETRY_MS * tries)
        return
      }
      const words = error.message
      this.#change(key, { state: 'failed', words })
      say(`${entry.name}: ${words}`)
    }
  }

  #send({ key, name, blob }) {
    const aborter = new AbortController()
    this.#change(key, { aborter, state: 'uploading', words: null })
    const onProgress = part => this.#change(key, { part })
    return this.#app.server.client.upload(this.#chat.id, blob, { name, signal: aborter.signal, onProgress })
  }

  #change(key, change) {
    this.list = this.list.map(entry => entry.key === key ? { ...entry, ...change } : entry)
    this.#app.set({})
  }

  #keep() {
    const kept = this.list.filter(({ state }) => state === 'done').map(({ blob, aborter, ...entry }) => entry)
    const key = PREFIX + (this.#chat.id ?? '')
    if (kept.length) ofTab.setItem(key, JSON.stringify(kept))
    else ofTab.removeItem(key)
  }
}
