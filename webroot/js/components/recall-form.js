import { html, nothing } from '../lib.js'
import * as notifications from '../notifications.js'
import { errorWords } from '../words.js'
import { closeDialog, openDialog } from './dialog.js'

const TEXT_CHARS_MAX = 2_000
const TIMES = ['in 10 minutes', 'in 1 hour', 'tomorrow at 09:00', 'every day at 09:00']

/** Asks what to be reminded of, and when. The server understands the words; what it does not, it says. */
export function openRecallForm(app) {
  const state = { text: '', when: TIMES[0], error: null, busy: false }
  const draw = () => openDialog(form(app, state, draw))
  draw().querySelector('#recall-text').focus()
}

function form(app, state, draw) {
  const set = change => {
    Object.assign(state, change)
    draw()
  }
  return html`
    <form @submit=${event => submit(event, app, state, set)}>
      <h2 id="dialog-title">Remind me</h2>
      <p>When the time has come the agent speaks up in this chat, also when no tab is open.</p>
      <label for="recall-text">Of what</label>
      <input id="recall-text" dir="auto" required maxlength=${TEXT_CHARS_MAX} autocomplete="off" placeholder="Stretch"
        .value=${state.text} @input=${event => { state.text = event.target.value }}>
      <label for="recall-when">When</label>
      <input id="recall-when" required maxlength="200" autocomplete="off" aria-describedby="recall-error"
        aria-invalid=${state.error ? 'true' : nothing} .value=${state.when}
        @input=${event => { state.when = event.target.value }}>
      <div class="times" role="group" aria-label="Suggestions">${TIMES.map(time => html`
        <button type="button" class="quiet small" @click=${() => set({ when: time })}>${time}</button>`)}</div>
      <p class="form-error" id="recall-error" role="alert">${state.error}</p>
      ${notifications.isPossible() ? notifyBox(set) : nothing}
      <div class="dialog-actions">
        <button type="button" class="quiet" @click=${closeDialog}>Cancel</button>
        <button class="primary" ?disabled=${state.busy}>Remind me</button>
      </div>
    </form>`
}

function notifyBox(set) {
  const toggle = async event => {
    if (event.target.checked) await notifications.turnOn()
    else notifications.turnOff()
    set({})
  }
  return html`
    <label class="check"><input type="checkbox" .checked=${notifications.areOn()} @change=${toggle}>
      Notify me when it speaks and this page is hidden</label>`
}

async function submit(event, app, state, set) {
  event.preventDefault()
  set({ busy: true, error: null })
  try {
    await app.api.addRecall(app.chat.id, state.text.trim(), state.when.trim())
    closeDialog()
  } catch (error) {
    set({ busy: false, error: errorWords(error) })
    document.getElementById('recall-when').focus()
  }
}
