import { Pieces } from '../../chat/pieces.js'
import { isIdle, Rows } from '../../chat/rows.js'
import { Groups } from '../../chat/tool-groups.js'
import { parts } from '../../later.js'
import { guard, html, keyed, nothing, repeat } from '../../lib.js'
import { missingWords } from '../../words/words.js'
import { emptyState } from './empty-state.js'
import { hasFoot, message } from './message.js'
import { originLine } from './origin.js'
import { hasOutcomeLine, outcomeLine } from './outcome.js'
import { pendingMessage } from './pending.js'
import { reasoning } from './reasoning.js'
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
  const { sections, begins } = shownOf(app)
  const { revising } = app
  let above = null // the piece before a section
  return html`
    <div class="column ${isIdle(chat) ? 'idle' : ''} ${parts.mayChooseModel?.(app) ? 'models' : ''}">
      ${begins ? originLine(app) : nothing}
      ${view.earlier && begins ? html`<button class="quiet earlier" @click=${() => loadEarlier(app)}>
        Show earlier messages</button>` : nothing}
      ${chat.verdict?.key === '' && begins ? verdictLine(chat.verdict) : nothing}
      ${repeat(sections, section => section.key, section => {
        const before = above
        above = section.pieces.at(-1)
        return guard([section, below(before), revising], () => sectionTemplate(app, section, before))
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

/** The sections with the pieces that are rendered now, and whether the first is among them. A frame later there are more, until all are. */
function shownOf(app) {
  const { chat, found, place, whole } = app
  const { approval } = parts // what waits for a decision is rendered again when its card is here
  if (made?.chat !== chat || made.approval !== approval) made = { chat, approval, rows: new Rows(), groups: new Groups(), pieces: new Pieces() }
  const sought = found?.message ?? place?.message
  const rows = made.groups.of(made.rows.of(app), app.openGroups, made.rows.same)
  const around = sought ? `text:${sought}` : null
  // Answers get their texts all at once when the script for them comes: there should be few by then.
  const grow = Boolean(customElements.get('markdown-text'))
  const { pieces, from, to, sections } = made.pieces.of(rows, { same: made.groups.same, around, grow, all: whole })
  const isAll = from === 0 && to === pieces.length
  if (!isAll && grow) app.set({ hold: from > 0 })
  return { sections, begins: from === 0 }
}

/** `above`: the piece before the first. */
function sectionTemplate(app, { pieces }, above) {
  return html`<div class="pieces">${repeat(pieces, piece => piece.key, (piece, i) => {
    const [goes, footed] = [goesWith(app, piece), below(i ? pieces[i - 1] : above)]
    return guard([piece, goes, footed], () => pieceTemplate(app, piece, { goes, footed }))
  })}</div>`
}

/** Whether a piece is behind the one with the message that is being changed. */
function goesWith({ revising, chat }, { rows: [first] }) {
  if (!revising) return false
  const { items } = chat.shown
  const changed = items.findIndex(({ id }) => id === revising.message)
  return changed >= 0 && items.indexOf(first.item) > changed
}

/** Whether what comes below that piece comes below buttons. */
const below = piece => Boolean(piece) && endsWithFoot(piece.rows.at(-1))

/**
 * `goes`: it is replaced when the message that is being changed is sent; `footed`: there are buttons above it. What a piece looks
 * like because of others is told by classes: a selector that looks for it in what stands before costs time for each element, and
 * more in a longer chat.
 */
const pieceTemplate = (app, { rows }, { goes, footed }) => html`
  <div class="piece ${goes ? 'goes' : ''} ${footed ? 'below' : ''}">${repeat(rows, row => row.item.key, row => guard([row], () => rowTemplate(app, row)))}</div>`

const endsWithFoot = row => hasFoot(row) && !row.verdict && !row.goesOn && !hasOutcomeLine(row)

function rowTemplate(app, row) {
  const { item, begins, versions, outcome, verdict, goesOn } = row
  const versionLine = versions && item.role !== 'user' ? html`<p class="version-line">${versionSwitch(app, versions)}</p>` : nothing
  return html`${begins ? dayLine(begins) : nothing}${versionLine}${itemTemplate(app, row)}${verdictLine(goesOn ? GOES_ON : verdict)}${outcome ? outcomeLine(app, row) : nothing}`
}

const dayLine = words => html`<p class="day-line"><span>${words}</span></p>`

function itemTemplate(app, row) {
  switch (row.item.kind) {
    case 'tool': return parts.toolCard?.(app, row) ?? nothing
    case 'note': return parts.noteLine?.(row) ?? nothing
    case 'reasoning': return reasoning(row)
    default: return message(app, row)
  }
}

/** Whether a run goes on that does not write at this moment: what it says below does not move while its calls begin and end. */
function isWaiting({ run, items }) {
  const last = items.at(-1)
  return run && !(last?.open && last.text && last.role !== 'user')
}

function working(run) {
  return html`<p class="working"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span> ${workWords(run)}</p>`
}

function workWords({ stopping, origin, steps }) {
  if (stopping) return 'Stopping…'
  const step = Number(/\d+$/.exec(steps.at(-1) ?? '')?.[0] ?? 1)
  const what = { recall: 'Working on a reminder', compact: 'Summarising the chat' }[origin] ?? 'Working'
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
