import { say } from '../../browser/announcer.js'
import { html, nothing } from '../../lib.js'
import { closeDialog, openDialog } from '../dialog.js'

const COMMENT_BYTES_MAX = 2_000
const WORDS = { up: 'Good answer', down: 'Bad answer' }

/** Buttons with which people say what they think of an answer. A pressed one takes it back. */
export function rating(app, item) {
  if (!app.server.offers.feedback) return nothing
  const given = item.feedback?.rating
  return html`${thumb(app, item, 'up')}${thumb(app, item, 'down')}${!WORDS[given] ? nothing : html`
    <button class="icon-button action comment ${item.feedback.comment ? 'given' : ''}" aria-haspopup="dialog" aria-label=${item.feedback.comment ? 'Change the comment' : 'Add a comment'}
      title=${item.feedback.comment ?? 'Add a comment'} @click=${() => openComment(app, item)}></button>`}`
}

function thumb(app, item, which) {
  const isGiven = item.feedback?.rating === which
  const rate = () => app.attempt(async () => {
    await app.chat.rate({ message: item.id, rating: isGiven ? 'none' : which })
    say(isGiven ? 'Taken back' : WORDS[which])
  })
  return html`
    <button class="icon-button action thumb ${which}" aria-pressed=${isGiven} aria-label=${WORDS[which]} title=${WORDS[which]} @click=${rate}></button>`
}

function openComment(app, item) {
  const { rating: given, comment = '' } = item.feedback
  const save = async event => {
    event.preventDefault()
    const field = event.target.elements.comment
    const words = field.value.trim()
    const bytesMax = app.server.limits.commentBytesMax ?? COMMENT_BYTES_MAX
    const tooLong = new Blob([words]).size - bytesMax
    field.setCustomValidity(tooLong > 0 ? `Too long by ${tooLong} bytes of ${bytesMax}.` : '')
    if (!field.reportValidity()) return
    const done = await app.attempt(() => app.chat.rate({ message: item.id, rating: given, ...(words && { comment: words }) }))
    if (done) closeDialog()
  }
  openDialog(html`
    <form class="feedback-form" @submit=${save}>
      <h2 id="dialog-title">${WORDS[given]}</h2>
      <label for="feedback-comment">Comment (optional)</label>
      <textarea id="feedback-comment" name="comment" dir="auto" rows="3" @input=${({ target }) => target.setCustomValidity('')} .value=${comment} aria-describedby="feedback-hint"></textarea>
      <p class="hint" id="feedback-hint">Administrators of this server can read it, with the chat around this answer.</p>
      <div class="dialog-actions">
        <button type="button" class="quiet" @click=${closeDialog}>Cancel</button>
        <button class="primary">Save</button>
      </div>
    </form>`).querySelector('textarea').focus()
}
