import { saveFile } from '../../browser/download.js'
import { hrefOf } from '../../browser/route.js'
import { textOf } from '../../chat/content.js'
import { html, nothing, repeat } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import { closeDialog, openDialog } from '../dialog.js'

const SHOWN = 50
const ROUNDS_MAX = 20 // pages that are read for one that is shown: each looks at a limited number of entries
const RATINGS = { up: 'Good answer', down: 'Bad answer' }
const WHO = { user: 'The person', assistant: 'The agent', tool: 'A tool', reasoning: 'Reasoning' }
const FIELDS = {
  agent: { label: 'Agent', type: 'search' },
  model: { label: 'Model', type: 'search' },
  q: { label: 'Words of the comment', type: 'search' },
  from: { label: 'From', type: 'datetime-local' },
  to: { label: 'Before', type: 'datetime-local' },
}
const CHOICES = {
  rating: { label: 'Rating', values: { '': 'Both', ...RATINGS } },
  commented: { label: 'Comment', values: { '': 'With and without', true: 'With', false: 'Without' } },
}

/** What people think of answers, for administrators. */
export class Feedback {
  #app
  #asked = 0
  entries = null // null until they were read
  cursor = null
  error = null
  filter = {}

  constructor(app) {
    this.#app = app
  }

  /** Reads the newest that match. An answer to an earlier question is dropped. */
  async refresh() {
    const asked = ++this.#asked
    try {
      const read = await this.#read([], null)
      if (asked !== this.#asked) return
      Object.assign(this, read, { error: null })
    } catch (error) {
      if (asked !== this.#asked) return
      this.error = error
    }
    this.#app.set({})
  }

  async more() {
    const asked = this.#asked
    await this.#app.attempt(async () => {
      const read = await this.#read(this.entries, this.cursor)
      if (asked === this.#asked) Object.assign(this, read)
    })
    this.#app.set({})
  }

  async #read(before, from) {
    let [entries, cursor] = [before, from]
    for (let i = 0; i < ROUNDS_MAX && (!i || cursor) && entries.length < before.length + SHOWN; i++) {
      const page = await this.#app.api.call('GET', `/feedback?${this.#query({ limit: SHOWN, ...(cursor && { cursor }) })}`)
      entries = [...entries, ...page.feedback]
      cursor = page.cursor ?? null
    }
    return { entries, cursor }
  }

  find(name, value) {
    this.filter = { ...this.filter, [name]: value }
    return this.refresh()
  }

  /** All that match, with the chats around them, as a file. */
  save() {
    return this.#app.attempt(async () => saveFile(await this.#app.api.file(`/feedback/export?${this.#query({})}`), 'feedback.jsonl'))
  }

  /** The chat around an answer; that it was read is recorded. */
  open({ session, message }) {
    return this.#app.attempt(async () => {
      const found = await this.#app.api.call('GET', `/feedback/${encodeURIComponent(session)}/${encodeURIComponent(message)}`)
      openDialog(around(found), { wide: true }).querySelector('.primary').focus()
    })
  }

  isOwn({ user }) { return user === this.#app.auth.user }

  #query(more) {
    const query = new URLSearchParams(more)
    for (const [name, value] of Object.entries(this.filter)) {
      if (value.trim()) query.set(name, FIELDS[name]?.type === 'datetime-local' ? new Date(value).toISOString() : value.trim())
    }
    return query
  }
}

export function feedbackPage(app) {
  const { feedback } = app
  if (feedback.error?.code === 'forbidden') return html`<p class="hint nothing-here">Only administrators see this page.</p>`
  return html`
    <div class="audit-filter" role="search" aria-label="Feedback to show">
      ${Object.entries(CHOICES).map(([name, { label, values }]) => html`
        <label>${label}
          <select @change=${event => feedback.find(name, event.target.value)}>${Object.entries(values).map(([value, words]) => html`
            <option value=${value} ?selected=${(feedback.filter[name] ?? '') === value}>${words}</option>`)}</select></label>`)}
      ${Object.entries(FIELDS).map(([name, { label, type }]) => html`
        <label>${label}
          <input type=${type} .value=${feedback.filter[name] ?? ''} @change=${event => feedback.find(name, event.target.value)}></label>`)}
    </div>
    <p class="audit-files"><button class="quiet small" @click=${() => feedback.save()}>Save as JSON lines</button></p>
    ${feedback.error ? html`<p class="hint nothing-here">${errorWords(feedback.error)}</p>` : found(feedback)}`
}

function found(feedback) {
  const { entries, cursor } = feedback
  if (!entries) return html`<p class="hint">Reading the feedback…</p>`
  return html`
    ${entries.length ? html`
      <ol class="settings audit">${repeat(entries, ({ session, message }) => `${session} ${message}`, entry => html`<li>${row(feedback, entry)}</li>`)}</ol>` : html`
      <p class="hint nothing-here">${cursor ? 'Nothing matches so far.' : 'Nothing matches.'}</p>`}
    ${cursor ? html`<button class="quiet small audit-more" @click=${() => feedback.more()}>Show earlier feedback</button>` : nothing}`
}

const row = (feedback, entry) => html`
  <div class="setting audit-entry">
    <span class="key">${RATINGS[entry.rating]}</span>
    <time datetime=${entry.at}>${fullTime(entry.at)}</time>
    ${entry.comment ? html`<p dir="auto" class="feedback-comment">${entry.comment}</p>` : nothing}
    <p class="hint">${entry.user}, with ${entry.agent}${entry.model ? ` (${entry.model})` : ''}${entry.superseded ? '; the answer was replaced since' : ''}</p>
    <p class="feedback-ways">
      <button class="quiet small" aria-haspopup="dialog" @click=${() => feedback.open(entry)}>Show the chat around it</button>
      ${feedback.isOwn(entry) ? html`<a href=${hrefOf(entry.session)}>Open the chat</a>` : nothing}
    </p>
  </div>`

const around = ({ rating, comment, messages }) => html`
  <h2 id="dialog-title">${RATINGS[rating]}</h2>
  ${comment ? html`<p dir="auto" class="feedback-comment">${comment}</p>` : nothing}
  ${messages.length ? html`<ol class="feedback-chat" tabindex="0" aria-label="The chat around it">${messages.map(({ role, content, toolCalls }) => html`
    <li><strong>${WHO[role] ?? role}</strong>
      ${textOf(content) ? html`<p dir="auto">${textOf(content)}</p>` : nothing}
      ${toolCalls?.map(call => html`<p><code>${call.function.name} ${call.function.arguments}</code></p>`)}</li>`)}</ol>` : html`
    <p class="hint">The chat was erased.</p>`}
  <div class="dialog-actions"><button class="primary" @click=${closeDialog}>Close</button></div>`
