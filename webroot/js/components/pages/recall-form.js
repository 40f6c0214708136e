import * as notifications from '../../browser/notifications.js'
import { ownZone } from '../../browser/zone.js'
import { html, nothing } from '../../lib.js'
import { CONTEXTS, dueWords, placeOf, ruleWords, scheduleOf, TARGETS, whenWords } from '../../words/rule-words.js'
import { errorWords } from '../../words/words.js'
import { closeDialog, openDialog } from '../dialog.js'

const TEXT_CHARS_MAX = 2_000
const TIMES = ['in 10 minutes', 'in 1 hour', 'tomorrow at 09:00', 'every weekday at 09:00']
const PAUSE_MS = 250 // the server is asked what is meant when typing pauses

let shown = null

/**
 * Asks what to be reminded of, and when, and shows what the server understands while it is written. `recall`: { id, text,
 * schedule, context, target, triggerAt } of one that is changed; `done`: called once the server has taken it.
 */
export function openRecallForm(app, recall = null, done = () => {}) {
  const state = new Form(app, recall, done)
  state.draw().querySelector('#recall-text').focus()
  state.ask()
}

class Form {
  #timer
  #asked = 0
  error = null
  busy = false
  meant = null // { words, next } or { unclear }

  constructor(app, recall, done) {
    Object.assign(this, { app, recall, done })
    this.text = recall?.text ?? ''
    this.context = recall?.context ?? 'all'
    this.target = recall?.target ?? 'this'
    this.zone = recall?.schedule?.zone ?? ownZone()
    this.when = this.before = recall ? whenWords(recall.schedule, recall.triggerAt) : TIMES[0]
  }

  draw() { return openDialog(form(shown = this)) }

  /** An answer that comes later must not bring the dialog back. */
  get isOpen() { return shown === this && document.getElementById('dialog').open && document.querySelector('.recall-form') !== null }

  set(change) {
    Object.assign(this, change)
    this.draw()
  }

  wrote(when) {
    this.when = when
    this.error = null
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.ask(), PAUSE_MS)
    this.draw()
  }

  /** An answer to what is not written any more is dropped. */
  async ask() {
    const asked = ++this.#asked
    if (!this.isOpen) return
    if (!this.when.trim()) return this.set({ meant: null })
    const meant = await this.app.api.previewRecall(scheduleOf(this.when, this.zone)).then(
      ({ refused, ...preview }) => refused ? { unclear: refused } : { preview }, error => ({ unclear: errorWords(error) }))
    if (asked === this.#asked && this.isOpen) this.set({ meant })
  }

  async submit(event) {
    event.preventDefault()
    this.set({ busy: true, error: null })
    const { app, recall, when, zone, context, target } = this
    const text = this.text.trim()
    const schedule = scheduleOf(when, zone)
    try {
      if (recall) await app.api.editRecall(recall.id, { text, context, target, ...(when !== this.before && { schedule }) })
      else await app.api.addRecall(app.chat.id, { text, schedule, context, target })
      closeDialog()
      this.done()
    } catch (error) {
      this.set({ busy: false, error: errorWords(error) })
      document.getElementById('recall-when').focus()
    }
  }
}

function form(state) {
  const { recall, error, busy } = state
  return html`
    <form class="recall-form" @submit=${event => state.submit(event)}>
      <h2 id="dialog-title">${recall ? 'Change the reminder' : 'Remind me'}</h2>
      <p>When the time has come the agent speaks up in ${recall ? 'its' : 'this'} chat, also when no tab is open.</p>
      <label for="recall-text">Of what</label>
      <input id="recall-text" dir="auto" required maxlength=${TEXT_CHARS_MAX} autocomplete="off" placeholder="Stretch"
        .value=${state.text} @input=${event => { state.text = event.target.value }}>
      <label for="recall-when">When</label>
      <input id="recall-when" required maxlength="200" autocomplete="off" spellcheck="false" aria-describedby="recall-meant recall-error"
        aria-invalid=${error ? 'true' : nothing} .value=${state.when} @input=${event => state.wrote(event.target.value)}>
      <div class="meant ${error ? 'hidden' : ''}" id="recall-meant" role="status">${error ? nothing : meantWords(state)}</div>
      <p class="form-error" id="recall-error" role="alert">${error}</p>
      <div class="times" role="group" aria-label="Suggestions">${TIMES.map(time => html`
        <button type="button" class="quiet small" @click=${() => state.wrote(time)}>${time}</button>`)}</div>
      <p class="hint">In words, as a date, or as a cron rule such as <code>30 9 * * 1-5</code>.</p>
      ${choice(state, 'target', 'Where it speaks', TARGETS)}
      ${choice(state, 'context', 'What the agent then sees', CONTEXTS)}
      ${notifications.isPossible() ? notifyBox(state) : nothing}
      <div class="dialog-actions">
        <button type="button" class="quiet" @click=${closeDialog}>Cancel</button>
        <button class="primary" ?disabled=${busy}>${recall ? 'Save' : 'Remind me'}</button>
      </div>
    </form>`
}

function choice(state, field, label, all) {
  return html`
    <label for=${`recall-${field}`}>${label}</label>
    <select id=${`recall-${field}`} @change=${event => { state[field] = event.target.value }}>
      ${Object.entries(all).map(([value, words]) => html`
        <option value=${value} ?selected=${value === state[field]}>${words}</option>`)}</select>`
}

/** What was understood: `= tomorrow, 09:00 in Lisbon`. */
function meantWords({ meant, zone }) {
  if (!meant) return nothing
  if (meant.unclear) return html`<p class="unclear">${meant.unclear}</p>`
  const { kind, schedule, next } = meant.preview
  if (kind === 'immediate') return html`<p>= now</p>`
  const in_ = schedule.zone ?? zone
  const rule = ruleWords(schedule, { own: in_ })
  const [first] = next.map(time => dueWords(time, in_))
  return html`
    <p>= ${rule ?? first} in ${placeOf(in_)}</p>
    ${rule ? html`<p class="next-times">Next: ${next.map(time => html`<time datetime=${time}>${dueWords(time, in_)}</time>`)}</p>` : nothing}`
}

function notifyBox(state) {
  const toggle = async event => {
    if (event.target.checked) await notifications.turnOn()
    else notifications.turnOff()
    state.set({})
  }
  return html`
    <label class="check"><input type="checkbox" .checked=${notifications.areOn()} @change=${toggle}>
      Notify me when it speaks and this page is hidden</label>`
}
