import { guard, html, keyed, nothing, repeat } from '../lib.js'
import { toolItem } from '../session-view/items.js'
import { expiryWords } from '../times.js'
import { grouped } from '../tool-groups.js'
import { missingWords } from '../words.js'
import { emptyState } from './empty-state.js'
import { message } from './message.js'
import { outcomeLine } from './outcome.js'
import { pendingMessage } from './pending.js'
import { reasoning } from './reasoning.js'
import { toolCard } from './tool-card.js'
import { GOES_ON, verdictLine } from './verdict.js'

export function transcript(app) {
  const { chat } = app
  return html`
    <section class="transcript" id="transcript" tabindex="0" aria-label="Conversation">
      ${keyed(chat, chat.missing ? missing(app) : isEmpty(chat) ? emptyState(app) : conversation(app))}
    </section>`
}

const isEmpty = ({ id, view, pending }) => !pending.length && !view.items.length && (!id || view.ready) && !view.run &&
  !view.interrupts.length

function conversation(app) {
  const { chat } = app
  const { view, pending } = chat
  if (chat.id && !view.ready && !pending.length) {
    return html`<div class="column loading"><p class="hint">Reading the conversation…</p></div>`
  }
  const rows = grouped(rowsOf(app), app.openGroups)
  return html`
    <div class="column">
      ${view.earlier ? html`<button class="quiet earlier" @click=${() => loadEarlier(app)}>
        Show earlier messages</button>` : nothing}
      ${chat.verdict?.key === '' ? verdictLine(chat.verdict) : nothing}
      ${repeat(rows, row => row.item.key, row => guard(Object.values(row), () => rowTemplate(app, row)))}
      ${isWaiting(view) ? working(view.run) : nothing}
      ${pending.map(entry => pendingMessage(app, entry))}
    </div>`
}

/** The button goes with the first message; the focus would go with it. */
async function loadEarlier(app) {
  await app.reading.earlier()
  if (!app.chat.view.earlier) document.getElementById('transcript').focus({ preventScroll: true })
}

/**
 * Items, each with what is said below it. A row that has the same values is not rendered again.
 * last: the run shows nothing more below; lastRun: nothing else came after this run; idle: history may be changed;
 * outcome: that of the run, below its last item; verdict: reading went on differently here; goesOn: the run did;
 * found: it was sought, by a search or in the address; asked, draft, expires: it waits for a person, who has written so much, until then; rests: it is decided, others are not.
 */
function rowsOf({ chat, revising, decisions, found }) {
  const { view, verdict } = chat
  const items = [...view.items.filter(isShown), ...callsElsewhere(view)]
  const asks = new Map(view.interrupts.map(asked => [`tool:${asked.toolCallId}`, asked]))
  const isOfRun = ({ run }) => run === view.run?.id
  const verdictAfter = verdict?.run && !isOfRun(verdict) ? null : lastShown(view.items, verdict?.key)
  const newest = items.at(-1)?.run
  // Only while it goes on: who reads the answer later is not told either.
  const restarts = new Set(view.restarts.filter(isOfRun).map(({ after }) => lastShown(view.items, after)))
  const idle = !chat.isBusy && !view.queue.length && !chat.pending.length && !chat.revising
  return items.map((item, i) => {
    const next = items[i + 1]
    const last = next?.run !== item.run && item.run !== view.run?.id
    const lastRun = item.run === newest
    const asked = asks.get(item.key)
    return {
      item, last, lastRun, idle,
      outcome: last ? view.outcomes[item.run] : undefined,
      verdict: verdictAfter === item ? verdict : undefined,
      goesOn: restarts.has(item),
      asked, draft: asked && decisions.of(asked.id), expires: asked && expiryWords(asked.expiresAt),
      rests: asks.size > 0 && !asked && item.state === 'running',
      found: found?.message === item.id || undefined,
      revised: revising?.message === item.id ? revising : undefined,
      thoughtMs: next?.run === item.run && next?.at && item.at ? next.at - item.at : undefined,
    }
  })
}

/** What is asked about calls that are too old to be here. */
function callsElsewhere({ items, interrupts }) {
  const isHere = ({ toolCallId }) => items.some(item => item.key === `tool:${toolCallId}`)
  return interrupts.filter(asked => !isHere(asked)).map(({ toolCallId, metadata = {} }) => toolItem({
    id: toolCallId, name: metadata.tool ?? 'Tool', args: metadata.arguments, run: metadata.run, ended: true,
  }))
}

const isShown = item => Boolean(item.text || item.others) || item.kind === 'tool'

/** That item, or the last one before it that has anything to show: what was lost may be all of a text. */
function lastShown(items, key) {
  const index = items.findIndex(item => item.key === key)
  return items.slice(0, index + 1).findLast(isShown)
}

function rowTemplate(app, row) {
  const { outcome, verdict, goesOn } = row
  return html`${itemTemplate(app, row)}${verdictLine(goesOn ? GOES_ON : verdict)}${outcome ? outcomeLine(app, row) : nothing}`
}

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
