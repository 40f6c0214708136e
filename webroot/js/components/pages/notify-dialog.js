import { say } from '../../browser/announcer.js'
import * as notifications from '../../browser/notifications.js'
import { ownZone } from '../../browser/zone.js'
import { html, nothing } from '../../lib.js'
import { errorWords } from '../../words/words.js'
import { closeDialog, openDialog } from '../dialog.js'
import { PushPart, pushPart } from './push-part.js'

const NIGHT = { from: '22:00', to: '07:00' }

/** Asks whether this browser shows notifications, and when the person wants none of any kind. */
export async function openNotifyDialog(app) {
  const state = { on: notifications.areOn(), quiet: false, hours: { ...NIGHT, zone: ownZone() }, error: null, busy: true }
  const draw = () => openDialog(form(app, state, change => {
    Object.assign(state, change)
    if (isOpen()) draw() // what comes later must not bring the dialog back
  }))
  state.push = new PushPart(app, () => { if (isOpen()) draw() })
  draw()
  state.push.read()
  try {
    const hours = await app.quiet.hours()
    Object.assign(state, { busy: false, quiet: Boolean(hours), hours: hours ?? state.hours })
  } catch (error) {
    Object.assign(state, { busy: false, error: errorWords(error) })
  }
  if (isOpen()) draw()
}

const isOpen = () => document.getElementById('dialog').open && document.querySelector('.notify-form')

function form(app, state, set) {
  const { on, quiet, hours, error, busy } = state
  const toggle = async ({ target }) => {
    if (target.checked) await notifications.turnOn()
    else notifications.turnOff()
    set({ on: notifications.areOn() })
  }
  const submit = async event => {
    event.preventDefault()
    set({ busy: true, error: null })
    try {
      await app.quiet.set(quiet ? hours : null)
      closeDialog()
      say('Saved')
    } catch (failure) {
      set({ busy: false, error: errorWords(failure) })
    }
  }
  const field = (name, label, type, more = nothing) => html`
    <label>${label} <input name=${name} type=${type} required maxlength="64" .value=${hours[name]} aria-describedby="notify-error" list=${more}
      @input=${({ target }) => set({ hours: { ...hours, [name]: target.value } })}></label>`
  return html`
    <form class="notify-form" @submit=${submit}>
      <h2 id="dialog-title">Notifications</h2>
      ${notifications.isPossible() ? html`
        <label class="check"><input type="checkbox" .checked=${on} @change=${toggle}>
          Show notifications of this browser while the page is hidden</label>`
        : html`<p>This browser shows no notifications, or was told not to.</p>`}
      ${pushPart(state.push)}
      <label class="check"><input type="checkbox" name="quiet" .checked=${quiet} ?disabled=${busy} @change=${({ target }) => set({ quiet: target.checked })}>
        Quiet hours: no notifications on any device</label>
      ${quiet ? html`<div class="quiet-hours">${field('from', 'From', 'time')} ${field('to', 'until', 'time')} ${field('zone', 'Time zone', 'text')}</div>` : nothing}
      <p class="soft">Single chats are muted in their menu. Open decisions are counted in the title all the same.</p>
      <p class="form-error" id="notify-error" role="alert">${error}</p>
      <div class="dialog-actions">
        <button type="button" class="quiet" @click=${closeDialog}>Cancel</button>
        <button type="submit" class="primary" ?disabled=${busy}>Save</button>
      </div>
    </form>`
}
