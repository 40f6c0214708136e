import { saveFile } from '../../browser/download.js'
import { hrefOfDocument } from '../../browser/route.js'
import { html, nothing, repeat } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import { askBefore } from '../dialog.js'

const AT_ONCE = 100

/** The notes about this person, which agents save and find. */
export class Memory {
  #app
  list = null      // null until they were read
  query = ''
  cursor = null    // of the next page
  enabled = true
  count = 0
  max = 0
  error = null

  constructor(app) {
    this.#app = app
  }

  async refresh() {
    const asked = this.query
    try {
      const { memories, ...rest } = await this.#page(asked ? `&q=${encodeURIComponent(asked)}` : '')
      if (asked !== this.query) return
      Object.assign(this, { cursor: null, error: null, ...rest, list: memories })
    } catch (error) {
      this.error = error
    }
    this.#app.set({})
  }

  async more() {
    const { memories, cursor } = await this.#page(`&cursor=${encodeURIComponent(this.cursor)}`)
    Object.assign(this, { cursor: cursor ?? null, list: [...this.list, ...memories] })
    this.#app.set({})
  }

  search(query) {
    this.query = query.trim()
    return this.refresh()
  }

  async save(text) {
    const saved = await this.#app.attempt(() => this.#app.api.call('POST', '/memory', { text }))
    this.refresh()
    return saved
  }

  async switch(enabled) {
    await this.#app.attempt(() => this.#app.api.call('PATCH', '/memory', { enabled }))
    return this.refresh()
  }

  async remove({ id }) {
    await this.#app.attempt(() => this.#app.api.call('DELETE', `/memory/${encodeURIComponent(id)}`))
    return this.refresh()
  }

  removeAll() {
    askBefore({ title: 'Delete all notes?', yes: 'Delete all', words: 'No agent can find them any more. This cannot be undone.' }, async () => {
      await this.#app.attempt(() => this.#app.api.call('DELETE', '/memory'))
      this.refresh()
    })
  }

  async export() {
    await this.#app.attempt(async () => saveFile(await this.#app.api.file('/memory/export'), 'memory.json'))
  }

  #page(rest) { return this.#app.api.call('GET', `/memory?limit=${AT_ONCE}${rest}`) }
}

export function memoryPage(app) {
  const { memory } = app
  if (memory.error && !memory.list) return html`<p class="hint nothing-here">${errorWords(memory.error)}</p>`
  if (!memory.list) return html`<p class="hint">Reading your notes…</p>`
  return html`
    <p class="hint">Agents save notes about you here and find them in other chats (<a href=${hrefOfDocument('memory')}>how</a>). Only you can see them.</p>
    <label class="check"><input type="checkbox" name="memory" .checked=${memory.enabled} @change=${({ target }) => memory.switch(target.checked)}>
      Keep and use notes about me</label>
    ${memory.error ? html`<p class="reminder-trouble">${errorWords(memory.error)}</p>` : nothing}
    <form class="memory-choices" role="search" @submit=${event => submit(event, ({ query }) => memory.search(query.value))}>
      <label>Search <input type="search" name="query" maxlength="200" autocomplete="off"></label>
      <button class="quiet small">Search</button>
    </form>
    ${memory.enabled ? html`
      <form class="memory-choices" @submit=${event => submit(event, async ({ text }) => { if (await memory.save(text.value)) text.value = '' })}>
        <label>New note <input name="text" required maxlength="2000" autocomplete="off"></label>
        <button class="quiet small">Save</button>
      </form>` : nothing}
    ${memory.list.length ? html`
      <ul class="reminders memories">${repeat(memory.list, ({ id }) => id, note => html`<li>${card(memory, note)}</li>`)}</ul>` : html`
      <p class="hint nothing-here">${memory.query ? 'No note has these words.' : 'There are no notes.'}</p>`}
    ${memory.cursor ? html`<button class="quiet small" @click=${() => memory.more()}>More</button>` : nothing}
    ${memory.count ? html`
      <p class="hint">${memory.count} of at most ${memory.max} notes.</p>
      <div class="reminder-buttons">
        <button class="quiet small" @click=${() => memory.export()}>Export</button>
        <button class="quiet small cancel-reminder" @click=${() => memory.removeAll()}>Delete all…</button>
      </div>` : nothing}`
}

function submit(event, run) {
  event.preventDefault()
  run(event.target.elements)
}

const card = (memory, note) => html`
  <article class="reminder" data-memory=${note.id}>
    <div class="reminder-words">
      <p dir="auto">${note.text}</p>
      <p class="reminder-times"><span>${note.source === 'agent' ? 'Saved by an agent' : 'Saved by you'}</span>
        <time datetime=${note.createdAt}>${fullTime(note.createdAt)}</time></p>
    </div>
    <div class="reminder-buttons">
      <button class="quiet small cancel-reminder" aria-label="Delete this note" @click=${() => memory.remove(note)}>Delete</button>
    </div>
  </article>`
