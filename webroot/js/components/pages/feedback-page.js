import { hrefOf } from '../../browser/route.js'
import { textOf } from '../../chat/content.js'
import { html, nothing } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import { closeDialog, openDialog } from '../dialog.js'
import { Records, TIMES, recordsView } from './records.js'

const RATINGS = { up: 'Good answer', down: 'Bad answer' }
const WHO = { user: 'The person', assistant: 'The agent', tool: 'A tool', reasoning: 'Reasoning' }
const FIELDS = {
  rating: { label: 'Rating', values: { '': 'Both', ...RATINGS } },
  commented: { label: 'Comment', values: { '': 'With and without', true: 'With', false: 'Without' } },
  agent: { label: 'Agent', type: 'search' },
  model: { label: 'Model', type: 'search' },
  q: { label: 'Words of the comment', type: 'search' },
  ...TIMES,
}

/** What people think of answers, for administrators. */
export class Feedback extends Records {
  constructor(app) {
    super(app, '/feedback', 'feedback', FIELDS)
  }

  /** The chat around an answer; that it was read is recorded. */
  open({ session, message }) {
    return this.app.attempt(async () => {
      const found = await this.app.api.call('GET', `/feedback/${encodeURIComponent(session)}/${encodeURIComponent(message)}`)
      openDialog(around(found), { wide: true }).querySelector('.primary').focus()
    })
  }

  isOwn({ user }) { return user === this.app.auth.user }
}

export const feedbackPage = ({ feedback }) => recordsView(feedback, {
  label: 'Feedback to show',
  fields: FIELDS,
  saves: { 'Save as JSON lines': () => feedback.save('feedback.jsonl') },
  reading: 'Reading the feedback…',
  none: 'Nothing matches.',
  earlier: 'Show earlier feedback',
  key: ({ session, message }) => `${session} ${message}`,
  row: entry => row(feedback, entry),
})

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
