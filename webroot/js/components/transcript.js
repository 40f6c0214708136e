import { guard, html, keyed, nothing, repeat } from '../lib.js'
import { outcomeWords } from '../words.js'
import { emptyState } from './empty-state.js'
import { message, reasoning } from './message.js'
import { pendingMessage } from './pending.js'
import { toolCard } from './tool-card.js'
import * as icons from './icons.js'

export function transcript(app) {
  const { chat } = app
  return html`
    <section class="transcript" id="transcript" tabindex="0" aria-label="Conversation">
      ${keyed(chat, chat.missing ? missing(app) : isEmpty(chat) ? emptyState(app) : conversation(app))}
    </section>`
}

const isEmpty = ({ id, view, pending }) => !pending.length && !view.items.length && (!id || view.ready) && !view.run

function conversation(app) {
  const { chat } = app
  const { view, pending } = chat
  if (chat.id && !view.ready && !pending.length) {
    return html`<div class="column loading"><p class="hint">Reading the conversation…</p></div>`
  }
  const rows = rowsOf(chat)
  return html`
    <div class="column">
      ${view.earlier ? html`<button class="quiet earlier" @click=${() => app.attempt(() => chat.loadEarlier())}>
        Show earlier messages</button>` : nothing}
      ${chat.lost === '' ? lostLine() : nothing}
      ${repeat(rows, row => row.item.key, row =>
        guard([row.item, row.last, row.outcome, row.lost], () => rowTemplate(row)))}
      ${isWaiting(view) ? working(view.run) : nothing}
      ${pending.map(entry => pendingMessage(app, entry))}
    </div>`
}

/** Items, each with the outcome that is said below it: that of its run, below the run's last item. */
function rowsOf({ view, lost }) {
  const items = view.items.filter(isShown)
  const lostAfter = lastShown(view.items, lost)
  return items.map((item, i) => {
    const last = items[i + 1]?.run !== item.run && item.run !== view.run?.id
    return { item, last, outcome: last ? view.outcomes[item.run] : undefined, lost: lostAfter === item }
  })
}

const isShown = item => Boolean(item.text) || item.kind === 'tool'

/** That item, or the last one before it that has anything to show: what was lost may be all of a text. */
function lastShown(items, key) {
  const index = items.findIndex(item => item.key === key)
  return items.slice(0, index + 1).findLast(isShown)
}

function rowTemplate({ item, last, outcome, lost }) {
  return html`${itemTemplate(item, last)}${lost ? lostLine() : nothing}${outcome ? outcomeLine(outcome) : nothing}`
}

function itemTemplate(item, last) {
  switch (item.kind) {
    case 'tool': return toolCard(item)
    case 'reasoning': return reasoning(item)
    default: return message(item, last)
  }
}

function outcomeLine(outcome) {
  const words = outcomeWords(outcome)
  if (!words) return nothing
  const failed = outcome.type === 'error'
  return html`<p class="outcome ${failed ? 'failed' : ''}">${failed ? icons.warning() : icons.stop()} ${words}</p>`
}

const lostLine = () => html`<p class="lost">Some text was lost when the server restarted</p>`

/** A run of which nothing moves on the page: it waits for the model's first word, or is between two steps. */
function isWaiting({ run, items }) {
  const last = items.at(-1)
  const moves = item => item.state === 'running' || (item.open && item.text && item.role !== 'user')
  return run && !(last?.run === run.id && moves(last))
}

function working(run) {
  const words = run.stopping ? 'Stopping…' : run.origin === 'recall' ? 'Working on a reminder…' : 'Working…'
  return html`<p class="working"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> ${words}</p>`
}

function missing(app) {
  const { code, message: words } = app.chat.missing
  return html`
    <div class="column missing">
      <h2>${code === 'not_found' ? 'This chat is not here' : 'This chat cannot be opened'}</h2>
      <p>${code === 'not_found' ? 'It was deleted, or it belongs to somebody else.' : words}</p>
      <button class="primary" @click=${() => app.open(null)}>Start a new chat</button>
    </div>`
}
