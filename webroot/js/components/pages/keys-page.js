import { hrefOfDocument } from '../../browser/route.js'
import { html, nothing, repeat } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import { askBefore, closeDialog, openDialog } from '../dialog.js'
import * as icons from '../icons.js'
import { showSecret } from './hook-form.js'
import { SignIns, signInsView } from './sign-ins.js'

const NAME_CHARS_MAX = 100
const LIVES = { '': 'No end', 7: '7 days', 30: '30 days', 90: '90 days', 365: 'One year' }
const SCOPES = {
  read: 'Read your chats',
  chat: 'Read and chat in your name',
  admin: 'Whatever you may do, also as staff or administrator',
}

/** The API keys of this person, and the sign-ins to MCP servers. */
export class Keys {
  #app
  list = null   // null until they were read
  max = 0
  daysMax = null
  error = null

  constructor(app) {
    this.#app = app
    this.signIns = new SignIns(app)
  }

  async refresh() {
    try {
      const { keys, max, daysMax } = await this.#app.api.call('GET', '/keys')
      await this.signIns.refresh()
      Object.assign(this, { list: keys, max, daysMax: daysMax ?? null, error: null })
    } catch (error) {
      this.error = error
    }
    this.#app.set({})
  }

  revoke(key) {
    askBefore({
      title: 'Revoke the API key?', yes: 'Revoke', words: `Whatever uses “${key.name}” is refused from now on. This cannot be undone.`,
    }, async () => {
      await this.#app.attempt(() => this.#app.api.call('DELETE', `/keys/${encodeURIComponent(key.id)}`))
      this.refresh()
    })
  }
}

export function keysPage(app) {
  const { keys } = app
  if (keys.error && !keys.list) return html`<p class="hint nothing-here">${errorWords(keys.error)}</p>`
  if (!keys.list) return html`<p class="hint">Reading your keys…</p>`
  const full = keys.list.length >= keys.max
  return html`
    <p class="hint">With an API key, a program of yours uses this server in your name (<a href=${hrefOfDocument('keys')}>how</a>). Give each program a key of its own.</p>
    ${keys.error ? html`<p class="reminder-trouble">${errorWords(keys.error)}</p>` : nothing}
    ${keys.list.length ? html`
      <ul class="reminders keys">${repeat(keys.list, ({ id }) => id, key => html`<li>${card(keys, key)}</li>`)}</ul>` : html`
      <p class="hint nothing-here">There are no keys.</p>`}
    ${full ? html`<p class="hint">${keys.max ? `You have ${keys.list.length} keys, as many as this server allows.` : 'This server allows no API keys.'}</p>` : html`
      <p><button class="primary small add-key" @click=${() => openKeyForm(app, keys)}>New API key…</button></p>`}
    ${signInsView(keys.signIns)}`
}

function card(keys, key) {
  const { id, name, scopes, agents, expiresAt, usedAt, usedToday, createdAt } = key
  const over = expiresAt && Date.parse(expiresAt) <= Date.now()
  return html`
    <article class="reminder" data-key=${id} aria-label=${name}>
      <div class="reminder-words">
        <h3 dir="auto">${name}</h3>
        <p class="reminder-rule">${SCOPES[scopes.at(-1)] ?? scopes.join(', ')}${agents ? html`, with ${agents.join(', ')} only` : nothing}</p>
        <p class="reminder-times">
          <span>Made <time datetime=${createdAt}>${fullTime(createdAt)}</time></span>
          <span>${usedAt ? html`Last used <time datetime=${usedAt}>${fullTime(usedAt)}</time>` : 'Never used'}</span>
          ${usedToday ? html`<span>${usedToday === 1 ? 'One request' : `${usedToday} requests`} today</span>` : nothing}
          ${limits(key)}
          ${expiresAt && !over ? html`<span>Until <time datetime=${expiresAt}>${fullTime(expiresAt)}</time></span>` : nothing}
        </p>
        ${over ? html`<p class="reminder-trouble">${icons.warning()} It has expired.</p>` : nothing}
      </div>
      <div class="reminder-buttons">
        <button class="quiet small cancel-reminder" aria-label="Revoke ${name}" @click=${() => keys.revoke(key)}>Revoke…</button>
      </div>
    </article>`
}

function limits({ perMinute, perDay }) {
  const parts = [perMinute && `${perMinute} a minute`, perDay && `${perDay} a day`].filter(Boolean)
  return parts.length ? html`<span>At most ${parts.join(', ')}</span>` : nothing
}

function openKeyForm(app, keys) {
  const state = { app, keys, busy: false, error: null }
  const draw = change => openDialog(form(Object.assign(state, change), draw))
  draw().querySelector('#key-name').focus()
}

async function submit(event, { app, keys }, draw) {
  event.preventDefault()
  const { name, scope, days, agents, perMinute, perDay } = event.target.elements
  const given = {
    name: name.value.trim(),
    scopes: [scope.value],
    ...days.value ? { days: Number(days.value) } : {},
    ...perMinute.value ? { perMinute: Number(perMinute.value) } : {},
    ...perDay.value ? { perDay: Number(perDay.value) } : {},
    agents: agents.value.split(/[\s,]+/).filter(Boolean),
  }
  draw({ busy: true, error: null })
  try {
    const made = await app.api.call('POST', '/keys', given)
    showSecret({ name: made.name, secret: made.text, what: 'key' })
    keys.refresh()
  } catch (error) {
    draw({ busy: false, error: errorWords(error) })
    document.getElementById('key-name').focus()
  }
}

function form(state, draw) {
  const { app, keys, error, busy } = state
  const scopes = Object.entries(SCOPES).filter(([scope]) => scope !== 'admin' || app.server.isStaff)
  const lives = Object.entries(LIVES).filter(([days]) => !keys.daysMax || (days && Number(days) <= keys.daysMax))
  if (!lives.length) lives.push([keys.daysMax, `${keys.daysMax} days`])
  return html`
    <form class="key-form" @submit=${event => submit(event, state, draw)}>
      <h2 id="dialog-title">New API key</h2>
      <label for="key-name">Name</label>
      <input id="key-name" name="name" dir="auto" required maxlength=${NAME_CHARS_MAX} autocomplete="off" placeholder="Nightly report" aria-describedby="key-error">
      <fieldset><legend>It may</legend>${scopes.map(([scope, words]) => html`
        <label class="check"><input type="radio" name="scope" value=${scope} ?checked=${scope === 'chat'}>${words}</label>`)}</fieldset>
      <label for="key-days">It is valid for</label>
      <select id="key-days" name="days">${lives.map(([days, words]) => html`<option value=${days} ?selected=${days === '90'}>${words}</option>`)}</select>
      <label for="key-agents">Agents (optional)</label>
      <input id="key-agents" name="agents" autocomplete="off" placeholder="All" aria-describedby="key-agents-hint">
      <p class="hint" id="key-agents-hint">Names with commas between them: only chats with these agents can be written to.</p>
      <label for="key-per-minute">Requests a minute (optional)</label>
      <input id="key-per-minute" name="perMinute" type="number" min="1" max="1000000" inputmode="numeric" autocomplete="off">
      <label for="key-per-day">Requests a day (optional)</label>
      <input id="key-per-day" name="perDay" type="number" min="1" max="1000000000" inputmode="numeric" autocomplete="off">
      <p class="form-error" id="key-error" role="alert">${error}</p>
      <div class="dialog-actions">
        <button type="button" class="quiet" @click=${closeDialog}>Cancel</button>
        <button class="primary" ?disabled=${busy}>Make the key</button>
      </div>
    </form>`
}
