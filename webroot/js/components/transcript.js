import { guard, html, keyed, nothing, repeat } from '../lib.js'
import { Pieces } from '../pieces.js'
import { isIdle, Rows } from '../rows.js'
import { Groups } from '../tool-groups.js'
import { missingWords } from '../words.js'
import { emptyState } from './empty-state.js'
import { hasFoot, message } from './message.js'
import { originLine } from './origin.js'
import { hasOutcomeLine, outcomeLine } from './outcome.js'
import { pendingMessage } from './pending.js'
import { reasoning } from './reasoning.js'
import { toolCard } from './tool-card.js'
import { GOES_ON, verdictLine } from './verdict.js'
import { versionSwitch } from './versions.js'

export function transcript(app) {
  const { chat } = app
  if (chat.missing || isEmpty(chat)) made = null
  return html`
    <section class="transcript" id="transcript" tabindex="0" aria-label="Conversation">
      ${keyed(chat, chat.missing ? missing(app) : isEmpty(chat) ? emptyState(app) : conversation(app))}
    </section>`
}

const isEmpty = ({ id, view, pending }) => !pending.length && !view.items.length && (!id || view.ready) && !view.run &&
  !view.interrupts.length

function conversation(app) {
  const { chat } = app
  const { shown: view, pending } = chat
  if (chat.id && !pending.length && (!view.ready || app.reading.isPlacing)) {
    made = null
    return html`<div class="column loading"><p class="hint">Reading the conversation…</p></div>`
  }
  const { shown, begins } = shownOf(app)
  const changing = app.revising ? shown.findIndex(({ rows }) => rows.some(row => row.revised)) : -1
  return html`
    <div class="column ${isIdle(chat) ? 'idle' : ''}">
      ${begins ? originLine(app) : nothing}
      ${view.earlier && begins ? html`<button class="quiet earlier" @click=${() => loadEarlier(app)}>
        Show earlier messages</button>` : nothing}
      ${chat.verdict?.key === '' && begins ? verdictLine(chat.verdict) : nothing}
      ${repeat(shown, piece => piece.key, (piece, i) => {
        const goes = changing >= 0 && i > changing
        return guard([piece, goes], () => pieceTemplate(app, piece, { goes }))
      })}
      ${isWaiting(view) ? working(view.run) : nothing}
      ${pending.map(entry => pendingMessage(app, entry))}
    </div>`
}

/** The button goes with the first message; the focus would go with it. */
async function loadEarlier(app) {
  await app.reading.earlier()
  if (!app.chat.view.earlier) document.getElementById('transcript').focus({ preventScroll: true })
}

let made = null // of the conversation that is shown: what is rendered is known by it

/** The pieces that are rendered now, and whether the first of them is. A frame later there are more, until all are. */
function shownOf(app) {
  const { chat, found, place, whole } = app
  if (made?.chat !== chat) made = { chat, rows: new Rows(), groups: new Groups(), pieces: new Pieces() }
  const sought = found?.message ?? place?.message
  const { pieces, from, to } = made.pieces.of(made.groups.of(made.rows.of(app), app.openGroups), { around: sought ? `text:${sought}` : null, all: whole })
  const isAll = from === 0 && to === pieces.length
  if (!isAll) app.set({ hold: from > 0 })
  return { shown: pieces.slice(from, to), begins: from === 0 }
}

/**
 * `goes`: it is replaced when the message that is being changed is sent. What a piece looks like because of others is told by
 * classes: a selector that looks for it in what stands before costs time for each element, and more in a longer chat.
 */
const pieceTemplate = (app, { rows }, { goes }) => html`
  <div class="piece ${goes ? 'goes' : ''} ${endsWithFoot(rows.at(-1)) ? 'footed' : ''}">${repeat(rows, row => row.item.key, row => guard([row], () => rowTemplate(app, row)))}</div>`

const endsWithFoot = row => hasFoot(row) && !row.verdict && !row.goesOn && !hasOutcomeLine(row)

function rowTemplate(app, row) {
  const { item, begins, versions, outcome, verdict, goesOn } = row
  const versionLine = versions && item.role !== 'user' ? html`<p class="version-line">${versionSwitch(app, versions)}</p>` : nothing
  return html`${begins ? dayLine(begins) : nothing}${versionLine}${itemTemplate(app, row)}${verdictLine(goesOn ? GOES_ON : verdict)}${outcome ? outcomeLine(app, row) : nothing}`
}

const dayLine = words => html`<p class="day-line"><span>${words}</span></p>`

function itemTemplate(app, row) {
  switch (row.item.kind) {
    case 'tool': return toolCard(app, row)
    case 'reasoning': return reasoning(row)
    default: return message(app, row)
  }
}

/** A run of which nothing moves on the page: it waits for the model's first word, or is between two steps. */
function isWaiting({ run, items }) {
  const last = items.at(-1)
  const moves = last && (last.state === 'running' || (last.open && last.text && last.role !== 'user'))
  return run && !moves
}

function working(run) {
  return html`<p class="working"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> ${workWords(run)}</p>`
}

function workWords({ stopping, origin, steps }) {
  if (stopping) return 'Stopping…'
  const step = Number(/\d+$/.exec(steps.at(-1) ?? '')?.[0] ?? 1)
  const what = origin === 'recall' ? 'Working on a reminder' : 'Working'
  return step > 1 ? `${what}, step ${step}…` : `${what}…`
}

function missing(app) {
  const { code, message: words } = app.chat.missing
  return html`
    <div class="column missing">
      <h2>${missingWords({ code })}</h2>
      <p>${code === 'not_found' ? 'It was deleted, or it belongs to somebody else.' : words}</p>
      <button class="primary" @click=${() => app.open(null)}>Start a new chat</button>
    </div>`
}
