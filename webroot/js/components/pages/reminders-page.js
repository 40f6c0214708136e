import { leaveFocus } from '../../browser/render.js'
import { hrefOf } from '../../browser/route.js'
import { ownZone } from '../../browser/zone.js'
import { later, parts } from '../../later.js'
import { html, nothing, repeat } from '../../lib.js'
import { nameOf } from '../../sessions/session-names.js'
import { fullTime, lastingWords } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import * as icons from '../icons.js'
import { Histories } from './histories.js'
import { historyPart } from './history-part.js'

const NEXT = 3
const SHOWN_RUNS = 20
const NAMES_AT_ONCE = 4
const STATES = { fired: 'Done', cancelled: 'Cancelled', failed: 'Failed' }
const OUTCOMES = { success: 'Done', cancelled: 'Stopped', interrupt: 'Waited for a decision', error: 'Failed' }

const isPaused = ({ status }) => status === 'paused'

/** All reminders of this person, in whichever chat. */
export class Reminders {
  #app
  #reading = null
  #again = false
  open = null        // those that are to come; null until they were read
  over = null        // those that are over, when they were asked for
  cursor = null      // where there are more of those
  error = null
  runs               // what became of each, of those that were opened
  names = new Map()  // of chats that the list does not know

  constructor(app) {
    this.#app = app
    this.runs = new Histories(app, id => `/recalls/${encodeURIComponent(id)}/runs?limit=${SHOWN_RUNS}`, 'runs')
  }

  /** Whoever asks while it is read gets what is true afterwards. */
  refresh() {
    if (this.#reading) this.#again = true
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
      if (this.#again) this.refresh()
      this.#again = false
    })
    return this.#reading
  }

  async #read() {
    const { api } = this.#app
    try {
      const recalls = []
      let cursor = ''
      do {
        const page = await api.recalls(`status=open&limit=200&next=${NEXT}${cursor}`)
        recalls.push(...page.recalls)
        cursor = page.cursor ? `&cursor=${encodeURIComponent(page.cursor)}` : ''
      } while (cursor)
      this.open = recalls.toSorted((a, b) => isPaused(a) - isPaused(b) || Date.parse(a.triggerAt) - Date.parse(b.triggerAt))
      this.error = null
      if (this.over) await this.showOver()
      this.runs.refresh()
    } catch (error) {
      this.error = error
    }
    this.#app.set({})
    this.#nameChats()
  }

  async showOver(cursor) {
    const page = await this.#app.api.recalls(`status=all&limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
    const over = page.recalls.filter(({ status }) => STATES[status])
    this.over = cursor ? [...this.over, ...over] : over
    this.cursor = page.cursor ?? null
    this.#app.set({})
    this.#nameChats()
  }

  nameOf(session) {
    const known = this.#app.lists.find(session) ?? this.names.get(session)
    return known ? nameOf(known) : 'a chat'
  }

  async #nameChats() {
    const all = [...this.open ?? [], ...this.over ?? []].map(({ session }) => session)
    const unknown = [...new Set(all)].filter(id => !this.#app.lists.find(id) && !this.names.has(id))
    const work = async () => {
      while (unknown.length) {
        const id = unknown.shift()
        this.names.set(id, await this.#app.api.session(id).catch(() => null))
      }
    }
    await Promise.all(Array.from({ length: NAMES_AT_ONCE }, work))
    this.#app.set({})
  }
}

export function page(app) {
  const { reminders } = app
  if (!reminders.open) return html`<p class="hint">${reminders.error ? errorWords(reminders.error) : 'Reading your reminders…'}</p>`
  return html`
    ${reminders.open.length ? html`
      <ul class="reminders">${repeat(reminders.open, ({ id }) => id, recall => html`<li>${card(app, recall)}</li>`)}</ul>` : html`
      <p class="hint nothing-here">No reminders. Ask for one in a chat (“remind me tomorrow at 9 to call mum”), or use the bell at the top of a chat.</p>`}
    ${over(app)}`
}

function over(app) {
  const { reminders } = app
  if (!reminders.over) {
    return html`<button class="quiet" @click=${() => app.attempt(() => reminders.showOver())}>Show past reminders</button>`
  }
  return html`
    <h2>Past reminders</h2>
    ${reminders.over.length ? html`
      <ul class="reminders over">${repeat(reminders.over, ({ id }) => id, recall => html`<li>${card(app, recall)}</li>`)}</ul>`
      : html`<p class="hint">None yet.</p>`}
    ${reminders.cursor ? html`
      <button class="quiet" @click=${() => app.attempt(() => reminders.showOver(reminders.cursor))}>Show more</button>` : nothing}`
}

function card(app, recall) {
  const { text, schedule, context, target, status, session } = recall
  const zone = schedule.zone ?? ownZone()
  const rule = parts.rules.ruleWords(schedule)
  return html`
    <article class="reminder" aria-label=${text}>
      <div class="reminder-words">
        <h3 dir="auto">${text}</h3>
        <p class="reminder-rule">${rule ? html`${icons.repeats()} ${rule}` : html`${icons.clock()} once`}
          <span>${target === 'new' ? 'in a new chat, from' : 'in'} <a href=${hrefOf(session)} dir="auto">${app.reminders.nameOf(session)}</a>${
            context && context !== 'all' ? `, sees ${parts.rules.CONTEXTS[context]}` : ''}</span></p>
        ${times(recall, zone)}
        ${troubles(recall)}
      </div>
      ${STATES[status] ? nothing : buttons(app, recall)}
      ${history(app, recall)}
    </article>`
}

/** A rule needs no time here: it goes on with the next one. */
function pausedWords({ pause, schedule, triggerAt }) {
  if (pause === 'call') return html`<span>until the call has a result</span>`
  if (pause === 'chain') return html`<span>reminders of its chat spoke many times in a row; it goes on when you write there</span>`
  return parts.rules.ruleWords(schedule) ? nothing : html`<span>was to speak <time datetime=${triggerAt}>${fullTime(triggerAt)}</time></span>`
}

function times(recall, zone) {
  const { status, triggerAt, next = [] } = recall
  if (STATES[status]) return html`<p class="reminder-times">${STATES[status]} · <time datetime=${triggerAt}>${fullTime(triggerAt)}</time></p>`
  if (status === 'paused') return html`<p class="reminder-times"><strong>Paused</strong>${pausedWords(recall)}</p>`
  const where = zone === ownZone() ? '' : ` (${parts.rules.placeOf(zone)})`
  return html`
    <p class="reminder-times">${status === 'running' ? html`<strong>Speaking now</strong>` : nothing}
      ${next.map((time, i) => html`<time class=${i ? '' : 'first'} datetime=${time} title=${fullTime(time)}>${parts.rules.dueWords(time, zone)}</time>`)}${where}</p>`
}

function troubles({ failures, missed, deferrals, status }) {
  const all = [
    failures > 0 && `failed ${failures === 1 ? 'the last time' : `the last ${failures} times`}`,
    missed > 0 && `${missed} missed`,
    deferrals > 0 && status === 'pending' && 'waits until its chat is free',
  ].filter(Boolean)
  return all.length ? html`<p class="reminder-trouble">${icons.warning()} ${all.join(', ')}</p>` : nothing
}

function buttons(app, recall) {
  const refresh = () => app.reminders.refresh()
  const act = action => () => {
    leaveFocus()
    document.getElementById('page-title')?.focus()
    return action(app, recall, refresh)
  }
  const recurring = Boolean(parts.rules.ruleWords(recall.schedule))
  return html`
    <div class="reminder-buttons">
      <button class="quiet small" @click=${() => later('openRecallForm')(app, recall, refresh)}>Edit…</button>
      ${isPaused(recall) ? html`<button class="quiet small" @click=${() => later('resumeRecall')(app, recall, refresh)}>Resume</button>` : html`
        <button class="quiet small" ?disabled=${recall.status === 'running' && !recurring} @click=${() => later('pauseRecall')(app, recall, refresh)}>Pause</button>`}
      ${recurring ? html`<button class="quiet small" ?disabled=${recall.status !== 'pending'} @click=${() => later('skipRecall')(app, recall, refresh)}>Skip next</button>` : nothing}
      <button class="quiet small cancel-reminder" @click=${act(later('cancelRecall'))}>Cancel</button>
    </div>`
}

const history = (app, recall) => historyPart(app.reminders.runs, recall.id, {
  summary: 'History', name: recall.text, empty: 'It has not spoken yet.',
  content: list => html`<ol>${list.map(each => run(app, recall, each))}</ol>`,
})

function run(app, recall, { session, slotAt, startedAt, endedAt, outcome, code }) {
  const lasted = endedAt ? `, took ${lastingWords(Date.parse(endedAt) - Date.parse(startedAt))}` : ''
  const late = Date.parse(startedAt) - Date.parse(slotAt)
  return html`
    <li><time datetime=${slotAt}>${fullTime(slotAt)}</time>
      <span class=${outcome === 'error' ? 'failed' : ''}>${OUTCOMES[outcome] ?? 'Speaking now'}${code ? ` (${code})` : ''}${lasted}${
        late > 60_000 ? `, ${lastingWords(late)} late` : ''}</span>
      ${session && session !== recall.session ? html`<a href=${hrefOf(session)}>Open its chat</a>` : nothing}</li>`
}
