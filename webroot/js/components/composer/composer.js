import { enterSends, hasMod, isComposing, isSendKey } from '../../browser/keys.js'
import { leaveFocus } from '../../browser/render.js'
import { later, parts } from '../../later.js'
import { html, live, nothing } from '../../lib.js'
import { finalWords } from '../../words/words.js'
import * as icons from '../icons.js'
import { notice } from '../notice.js'
import { versionBar } from '../transcript/versions.js'
import { archivedNote } from './archived-note.js'
import { asks } from './asks.js'
import { busyChoice, choiceOf } from './busy-choice.js'
import { demoNote } from './demo-note.js'
import { editQueued, queue } from './queue.js'

const QUEUE_MAX = 10
const TEXT_BYTES_MAX = 65_536
const LONG_CHARS = 4_000
const encoder = new TextEncoder()

/** The field has a form, as browsers that fill in fields look at its form for each letter: without one at all of the page. */
export function composer(app) {
  const { chat, server: { connection } } = app
  const { run } = chat.view
  const obstacle = obstacleOf(app)
  return html`
    <div class="composer-area">
      <div class="column">
        ${parts.recalls?.(app) ?? nothing}
        ${asks(app)}
        ${queue(app)}
        ${versionBar(app)}
        ${notice(app)}
        ${archivedNote(app)}
        ${parts.signInNote?.(app) ?? nothing}
        ${connection.state === 'closed' && connection.code !== undefined ? signIn(app) : nothing}
        ${app.server.offers.attachments ? parts.draftFiles?.(app) ?? nothing : nothing}
        <form class="composer ${obstacle?.blocks ? 'blocked' : ''}" @submit=${event => event.preventDefault()}>
          ${app.server.offers.attachments ? html`
            <button type="button" class="attach" @click=${() => later('chooseFiles')(app)} ?disabled=${obstacle?.blocks} aria-label="Add files" title="Add files">+</button>` : nothing}
          <textarea id="message" rows="1" dir="auto" enterkeyhint=${enterSends() ? 'send' : 'enter'} aria-label="Message" aria-describedby="composer-hint"
            placeholder=${placeholder(chat)} ?disabled=${obstacle?.blocks} .value=${live(chat.draft)}
            @beforeinput=${event => inserted(event, app)} @input=${event => typed(event, app)} @keydown=${event => keyed(event, app)}></textarea>
          ${run ? html`<button type="button" class="stop" @click=${() => stop(app)} ?disabled=${connection.state === 'closed'}>
            ${icons.stop()} ${run.stopping ? 'Stopping' : 'Stop'}</button>` : nothing}
          <button type="button" class="send primary" @click=${() => submit(app)} ?disabled=${Boolean(obstacle) || !(chat.draft.trim() || chat.files?.list.length)}
            aria-label=${chat.isBusy ? 'Queue message' : 'Send message'}>${icons.send()}</button>
        </form>
        ${!obstacle && isChoice(app) && !app.escaped ? busyChoice(app, onBusy => submit(app, onBusy)) : html`
          <p class="composer-hint ${obstacle ? 'obstacle' : ''}" id="composer-hint">${obstacle?.words ?? hint(app)}</p>`}
        ${parts.choices?.(app) ?? nothing}
        ${demoNote(app)}
      </div>
    </div>`
}

const placeholder = ({ view, isBusy }) => isBusy ? 'Write the next message' : view.items.length ? 'Reply' : 'Write a message'

/** Why a message cannot be sent, in words; `blocks` when it cannot even be written. */
function obstacleOf({ chat, server: { connection, limits } }) {
  if (chat.missing) return { blocks: true, words: 'This chat cannot be continued.' }
  if (connection.state === 'closed' && connection.code !== undefined) return { blocks: true, words: 'Not connected.' }
  if (chat.files?.isBlocked) {
    return { words: chat.files.isUploading ? 'The files are still being uploaded.' : 'A file could not be uploaded. Remove it, or try again.' }
  }
  const queueMax = limits.queueMax ?? QUEUE_MAX
  if (chat.view.queue.length >= queueMax) {
    return { words: `${queueMax} messages wait already. Remove one, or wait for the answer.` }
  }
  const bytesMax = limits.textBytesMax ?? TEXT_BYTES_MAX
  const bytes = chat.draft.length * 3 > bytesMax ? encoder.encode(chat.draft).length : 0
  if (bytes > bytesMax) return { words: `Too long: ${kilobytes(bytes)} of at most ${kilobytes(bytesMax)}.` }
  return null
}

const kilobytes = bytes => `${Math.ceil(bytes / 1024)} KB`

function hint({ server: { connection }, chat, escaped }) {
  if (connection.state !== 'open') return 'Not connected. What you send now goes out when the connection is back.'
  if (escaped && chat.view.run) return html`<kbd>Esc</kbd> once more stops the answer`
  if (chat.view.interrupts.length) return 'Write on: your message waits until you have decided.'
  if (chat.view.run) return html`Write on: your message waits for its turn. <kbd>Esc</kbd> stops the answer`
  return html`<kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> begins a new line`
}

/** While an answer is written, a message can do more than wait. */
const isChoice = ({ server: { connection }, chat }) => connection.state === 'open' && chat.isBusy && chat.draft.trim() !== ''

function signIn(app) {
  const { connection, client } = app.server
  if (connection.code === 4500) {
    return html`
      <div class="signed-out">
        <span>${finalWords(connection)}</span>
        <button class="primary" @click=${() => later('openUserDialog')(app)}>Sign in…</button>
      </div>`
  }
  const reload = connection.code === 4501 || connection.code === 4506
  return html`
    <div class="signed-out">
      <span>${finalWords(connection)}</span>
      <button class="primary" @click=${() => reload ? location.reload() : client.start()}>
        ${reload ? 'Reload' : 'Try again'}</button>
    </div>`
}

/** What is far too long to be sent is not even taken in: a field with megabytes makes the whole browser stall. */
function inserted(event, app) {
  const text = event.data ?? event.dataTransfer?.getData('text/plain') ?? ''
  const bytesMax = app.server.limits.textBytesMax ?? TEXT_BYTES_MAX
  if (text.length <= 2 * bytesMax) return
  event.preventDefault()
  app.tell(`Too long: ${kilobytes(encoder.encode(text).length)} of at most ${kilobytes(bytesMax)}. Nothing was inserted.`)
}

/** Most letters change nothing but the field, so the page is not rendered for them. */
function typed(event, app) {
  const before = saidOf(app)
  app.chat.draft = event.target.value
  if (saidOf(app) !== before) app.set({})
  else autosize()
}

/** What the page says about the text in the field: whether there is any, and whether it is too long. */
const saidOf = app => `${app.chat.draft.trim() !== ''} ${obstacleOf(app)?.words}`

function keyed(event, app) {
  if (isComposing(event)) return
  if (event.key === 'ArrowUp' && !app.chat.draft && !hasMod(event) && !event.altKey) return editLast(event, app)
  if (!isSendKey(event)) return
  event.preventDefault()
  submit(app, choiceOf(event, hasMod(event), app))
}

/** The last message that can still be changed: one that waits, else the last that was answered. */
function editLast(event, app) {
  const { view } = app.chat
  const waiting = view.queue.at(-1)
  const said = view.items.findLast(item => item.role === 'user' && item.origin !== 'recall')
  if (waiting) editQueued(app, waiting)
  else if (said && !app.chat.isBusy) later('editMessage')(app, said, { fromField: true })
  else return
  event.preventDefault()
}

/** The button goes with the run; the focus would go with it. */
function stop(app) {
  app.stop()
  leaveFocus()
}

function submit(app, onBusy = 'queue') {
  const text = app.chat.draft.trim()
  if (!(text || app.chat.files?.list.length) || obstacleOf(app)) return
  const files = app.chat.files?.take()
  app.chat.draft = ''
  app.set({ stick: true })
  app.send(text, app.chat.isBusy && onBusy !== 'queue' ? onBusy : undefined, files)
  document.getElementById('message')?.focus()
}

const GROWS = CSS.supports('field-sizing', 'content') // by itself: see composer.css
let sized = null // the text that was measured last, and in what width

/** As high as its text, up to what the style sheet allows; a long text need not be measured for that. */
export function autosize() {
  const field = GROWS ? null : document.getElementById('message')
  if (!field) return
  const { value, clientWidth } = field
  if (sized?.value === value && sized.clientWidth === clientWidth) return
  sized = { value, clientWidth }
  field.style.height = value ? value.length > LONG_CHARS ? '100dvh' : 'auto' : ''
  if (value && value.length <= LONG_CHARS) field.style.height = `${field.scrollHeight}px`
}
