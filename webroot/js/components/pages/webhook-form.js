import { html, nothing } from '../../lib.js'
import { errorWords } from '../../words/words.js'
import { closeDialog, openDialog } from '../dialog.js'
import { showSecret } from './hook-form.js'

const NAME_CHARS_MAX = 100
const URL_CHARS_MAX = 2_048

export const EVENTS = {
  'interrupt.opened': 'A decision is waited for',
  'run.ended': 'An answer is complete, or has failed',
  'recall.fired': 'A reminder speaks up',
}

/** Asks for a new webhook, or changes one; `done`: called once the server has taken it. */
export function openWebhookForm(app, { webhook = null, done = () => {} }) {
  const state = {
    app, webhook, done, name: webhook?.name ?? '', url: webhook?.url ?? '', events: new Set(webhook?.events ?? ['interrupt.opened']),
    error: null, busy: false,
  }
  const draw = change => openDialog(form(Object.assign(state, change), draw))
  draw().querySelector('#webhook-name').focus()
}

async function submit(event, state, draw) {
  event.preventDefault()
  const { app, webhook, done, events } = state
  if (!events.size) return draw({ error: 'Choose what it is told of.' })
  draw({ busy: true, error: null })
  const given = { name: state.name.trim(), url: state.url.trim(), events: [...events] }
  try {
    if (webhook) await app.api.call('PATCH', `/webhooks/${encodeURIComponent(webhook.id)}`, given)
    else showSecret(await app.api.call('POST', '/webhooks', given))
    if (webhook) closeDialog()
    done()
  } catch (error) {
    draw({ busy: false, error: errorWords(error) })
    document.getElementById('webhook-url').focus()
  }
}

function form(state, draw) {
  const { webhook, error, busy, events } = state
  const choose = (name, chosen) => {
    if (chosen) events.add(name)
    else events.delete(name)
    draw({ error: null })
  }
  return html`
    <form class="webhook-form" @submit=${event => submit(event, state, draw)}>
      <h2 id="dialog-title">${webhook ? 'Change the webhook' : 'Add a webhook'}</h2>
      <label for="webhook-name">Name</label>
      <input id="webhook-name" dir="auto" required maxlength=${NAME_CHARS_MAX} autocomplete="off" placeholder="My phone"
        .value=${state.name} @input=${event => { state.name = event.target.value }}>
      <label for="webhook-url">Address</label>
      <input id="webhook-url" type="url" required maxlength=${URL_CHARS_MAX} autocomplete="off" placeholder="https://example.org/reprise"
        aria-describedby="webhook-error" aria-invalid=${error ? 'true' : nothing} .value=${state.url} @input=${event => { state.url = event.target.value }}>
      <fieldset><legend>It is told when</legend>${Object.entries(EVENTS).map(([name, words]) => html`
        <label class="check"><input type="checkbox" .checked=${events.has(name)} @change=${event => choose(name, event.target.checked)}>${words}</label>`)}</fieldset>
      <p class="form-error" id="webhook-error" role="alert">${error}</p>
      <div class="dialog-actions">
        <button type="button" class="quiet" @click=${closeDialog}>Cancel</button>
        <button class="primary" ?disabled=${busy}>${webhook ? 'Save' : 'Add'}</button>
      </div>
    </form>`
}
