import { html, nothing } from '../../lib.js'
import { nameOf } from '../../sessions/session-names.js'
import { errorWords } from '../../words/words.js'
import { closeDialog, openDialog } from '../dialog.js'

const NAME_CHARS_MAX = 100
const TEMPLATE_CHARS_MAX = 4_096

/** Asks for a new hook of a chat (`session`), or changes one (`hook`); `done`: called once the server has taken it. */
export function openHookForm(app, { session = null, hook = null, done = () => {} }) {
  const state = { app, session, hook, done, name: hook?.name ?? '', template: hook?.template ?? '', error: null, busy: false }
  const draw = change => openDialog(form(Object.assign(state, change), draw))
  draw().querySelector('#hook-name').focus()
}

async function submit(event, state, draw) {
  event.preventDefault()
  draw({ busy: true, error: null })
  const { app, session, hook, done } = state
  const name = state.name.trim()
  const template = state.template.trim() ? { template: state.template } : {}
  try {
    if (hook) await app.api.call('PATCH', `/hooks/${encodeURIComponent(hook.id)}`, { name, ...template })
    else showSecret(await app.api.call('POST', '/hooks', { session: session.id, name, ...template }))
    if (hook) closeDialog()
    done()
  } catch (error) {
    draw({ busy: false, error: errorWords(error) })
    document.getElementById('hook-name').focus()
  }
}

function form(state, draw) {
  const { hook, session, error, busy } = state
  return html`
    <form class="hook-form" @submit=${event => submit(event, state, draw)}>
      <h2 id="dialog-title">${hook ? 'Change the hook' : 'Add a hook'}</h2>
      <p>Another server can wake ${hook ? 'its chat' : html`“<span dir="auto">${nameOf(session)}</span>”`} with a signed request. What it sends becomes a message there.</p>
      <label for="hook-name">Name</label>
      <input id="hook-name" dir="auto" required maxlength=${NAME_CHARS_MAX} autocomplete="off" placeholder="Issues" aria-describedby="hook-error"
        aria-invalid=${error ? 'true' : nothing} .value=${state.name} @input=${event => { state.name = event.target.value }}>
      <label for="hook-template">Message (optional)</label>
      <textarea id="hook-template" dir="auto" rows="4" maxlength=${TEMPLATE_CHARS_MAX} placeholder="All that was sent"
        .value=${state.template} @input=${event => { state.template = event.target.value }}></textarea>
      <p class="hint"><code>{{issue.title}}</code> is a value of the JSON that was sent, <code>{{body}}</code> all of it.</p>
      <p class="form-error" id="hook-error" role="alert">${error}</p>
      <div class="dialog-actions">
        <button type="button" class="quiet" @click=${closeDialog}>Cancel</button>
        <button class="primary" ?disabled=${busy}>${hook ? 'Save' : 'Add'}</button>
      </div>
    </form>`
}

/** The only time that a secret is shown; `path`: where its hook is called, if it is one; `what`: it is. */
export function showSecret({ name, path, secret, what = 'secret' }) {
  const address = path && `${location.origin}${path}`
  openDialog(html`
    <div class="secret-once">
      <h2 id="dialog-title" dir="auto">${name}</h2>
      <p>Copy the ${what} now: it is not shown again.</p>
      ${address ? html`<label for="hook-address">Address</label>${field('hook-address', address, 'address')}` : nothing}
      <label for="hook-secret">${what === 'key' ? 'API key' : 'Secret'}</label>${field('hook-secret', secret, what)}
      <div class="dialog-actions"><button class="primary" @click=${closeDialog}>Done</button></div>
    </div>`).querySelector('#hook-secret').focus()
}

const field = (id, value, what) => html`
  <div class="copy-field"><input id=${id} readonly spellcheck="false" .value=${value} @focus=${event => event.target.select()}>
    <button type="button" class="icon-button action copy" data-copy="message" .source=${value} aria-label="Copy the ${what}" title="Copy"></button></div>`
