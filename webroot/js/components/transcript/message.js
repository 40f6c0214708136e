import { tookWords } from '../../chat/answered.js'
import { later, parts } from '../../later.js'
import { html, nothing } from '../../lib.js'
import { fullTime, shortTime } from '../../words/times.js'
import * as icons from '../icons.js'
import { stoppedMark } from './outcome.js'
import { versionSwitch } from './versions.js'

const LONG_CHARS = 1_400
const LONG_LINES = 16

const forkButton = (app, item) => app.server.offers.fork ? html`
  <button class="icon-button action fork" aria-label="Fork from here" title="Fork: go on from here in a new chat"
    @click=${() => app.fork(item.id)}></button>` : nothing

/** Whether buttons and times stand below the message: what the user says next then needs less room above it. */
export const hasFoot = ({ item, last, revised }) => item.kind === 'text' && !revised &&
  (item.role === 'user' ? item.origin !== 'recall' : !item.open && last)

/** `row`: { item, last, lastRun, idle }, see rows.js. */
export function message(app, row) {
  const { item } = row
  if (item.role !== 'user') return fromAssistant(app, row)
  if (item.origin === 'recall') return fromRecall(row)
  return app.revising?.message === item.id ? parts.messageEditor(app, item) : fromUser(app, row)
}

const time = ({ at }) => at ? html`<time title=${fullTime(at)}>${shortTime(at)}</time>` : nothing

const copyButton = (item, what) => html`
  <button class="icon-button action copy" data-copy="message" .source=${item.text} aria-label="Copy ${what}" title="Copy"></button>`

/** Whether it can be changed is told by a class around all messages (`idle`): when that changes they are not rendered again. */
function fromUser(app, { item, found, versions }) {
  return html`
    <article class="message user footed ${found ? 'found' : ''}" aria-label="You" data-message=${item.id}>
      ${item.text || !(item.others || item.files) ? bubble(item.text) : nothing}
      ${(item.others ?? []).map(words => html`<div class="bubble other">${words}</div>`)}
      ${item.files ? fileList(app, item.files) : nothing}
      <div class="message-foot">
        ${versions ? versionSwitch(app, versions) : nothing}
        ${time(item)}
        ${copyButton(item, 'this message')}
        <button class="icon-button action edit" aria-label="Edit this message" title="Edit and send again"
          @click=${() => later('editMessage')(app, item)}></button>
        ${forkButton(app, item)}
      </div>
    </article>`
}

/** Their names until the rest of the page is here. */
const fileList = (app, files) => parts.messageFiles?.(app, files) ?? files.map(({ name }) => html`<div class="bubble other">${name}</div>`)

const isLong = text => text.length > LONG_CHARS || text.split('\n', LONG_LINES + 1).length > LONG_LINES

const bubble = text => isLong(text) ? longBubble(text) : html`<div class="bubble" dir="auto">${text}</div>`

function longBubble(text) {
  const unfold = ({ currentTarget: button }) => {
    const open = button.previousElementSibling.classList.toggle('folded') === false
    button.setAttribute('aria-expanded', open)
    button.textContent = open ? 'Show less' : 'Show all'
  }
  return html`
    <div class="bubble folded" dir="auto">${text}</div>
    <button class="quiet small unfold" aria-expanded="false" @click=${unfold}>Show all</button>`
}

/** What a reminder says when its time has come. */
function fromRecall({ item, found }) {
  return html`
    <article class="message recall ${found ? 'found' : ''}" aria-label="Reminder" data-message=${item.id}>
      ${icons.clock()} <div><strong>Reminder</strong> <span dir="auto">${item.text}</span></div> ${time(item)}
    </article>`
}

function took(app, item) {
  const words = tookWords(item, app.server.limits.currency)
  return words ? html`<span class="took">${words}</span>` : nothing
}

function fromAssistant(app, row) {
  const { item, lastRun, idle, found } = row
  const foot = hasFoot(row)
  return html`
    <article class="message assistant ${foot ? 'footed' : ''} ${lastRun ? 'newest' : ''} ${found ? 'found' : ''}" aria-label="Answer" aria-busy=${item.open}
      data-message=${item.id}>
      <markdown-text class="markdown" .source=${item}></markdown-text>
      ${!foot ? nothing : html`
        <div class="message-foot">
          ${row.outcome?.type === 'cancelled' ? stoppedMark() : nothing}
          ${copyButton(item, 'this answer')}
          ${parts.rating?.(app, item)}
          ${idle && lastRun && app.chat.questionOf(item.run) ? html`
            <button class="icon-button action regenerate" aria-label="Answer again" title="Answer again"
              @click=${() => app.revision.regenerate(item.run)}></button>
            <button class="icon-button action with-model" aria-haspopup="menu" aria-label="Answer again with another model" title="Answer again with another model"
              @click=${event => later('chooseModel')(app, item, event.currentTarget)}></button>` : nothing}
          ${forkButton(app, item)}
          ${time(item)}
          ${took(app, item)}
        </div>`}
    </article>`
}
