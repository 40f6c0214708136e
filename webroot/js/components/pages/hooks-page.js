import { hrefOf, hrefOfDocument } from '../../browser/route.js'
import { html, nothing, repeat } from '../../lib.js'
import { nameOf } from '../../sessions/session-names.js'
import { fullTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import { askBefore } from '../dialog.js'
import * as icons from '../icons.js'
import { Histories } from './histories.js'
import { historyPart } from './history-part.js'
import { openHookForm, showSecret } from './hook-form.js'
import { Webhooks, webhooksList } from './webhooks-list.js'

const NAMES_AT_ONCE = 4
const SHOWN_DELIVERIES = 30

/** The hooks of this person, where other servers wake chats, and the webhooks. */
export class Hooks {
  #app
  list = null             // null until they were read
  off = null              // why there can be none
  error = null
  deliveries              // what came to each, of those that were opened
  names = new Map()       // of chats that the list does not know

  constructor(app) {
    this.#app = app
    this.webhooks = new Webhooks(app)
    this.deliveries = new Histories(app, id => `/hooks/${encodeURIComponent(id)}/deliveries?limit=${SHOWN_DELIVERIES}`, 'deliveries')
  }

  async refresh() {
    const { api } = this.#app
    try {
      const [{ hooks, off }] = await Promise.all([api.call('GET', '/hooks'), this.webhooks.refresh()])
      Object.assign(this, { list: hooks, off: off ?? null, error: null })
      for (const id of this.deliveries.ids) if (!hooks.some(hook => hook.id === id)) this.deliveries.hide(id)
      this.deliveries.refresh()
    } catch (error) {
      this.error = error
    }
    this.#app.set({})
    this.#nameChats()
  }

  async switch(hook) {
    await this.#app.attempt(() => this.#app.api.call('PATCH', path(hook), { enabled: !hook.enabled }))
    return this.refresh()
  }

  renew(hook) {
    askBefore({
      title: 'Replace the secret?', yes: 'Replace',
      words: `What “${hook.name}” is called with now is refused at once. You get a new secret for the sender.`,
    }, () => this.#app.attempt(async () => {
      showSecret(await this.#app.api.call('POST', path(hook, '/secret')))
      return this.refresh()
    }))
  }

  remove(hook) {
    askBefore({
      title: 'Delete the hook?', yes: 'Delete', words: `“${hook.name}” can no longer wake its chat. This cannot be undone.`,
    }, async () => {
      await this.#app.attempt(() => this.#app.api.call('DELETE', path(hook)))
      this.refresh()
    })
  }

  nameOf(session) {
    const known = this.#app.lists.find(session) ?? this.names.get(session)
    return known ? nameOf(known) : 'a chat'
  }

  async #nameChats() {
    const all = (this.list ?? []).map(({ session }) => session)
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

const path = ({ id }, rest = '') => `/hooks/${encodeURIComponent(id)}${rest}`

export function page(app) {
  const { hooks } = app
  if (hooks.error) return html`<p class="hint nothing-here">${errorWords(hooks.error)}</p>`
  if (!hooks.list) return html`<p class="hint">Reading your hooks…</p>`
  return html`
    <p class="hint">With a hook, another server wakes a chat: what it sends becomes a message there (<a href=${hrefOfDocument('hooks')}>how</a>).</p>
    ${hooks.off ? html`<p class="reminder-trouble">${icons.warning()} ${hooks.off} New hooks cannot be made.</p>` : nothing}
    ${hooks.list.length ? html`
      <ul class="reminders hooks">${repeat(hooks.list, ({ id }) => id, hook => html`<li>${card(app, hook)}</li>`)}</ul>` : html`
      <p class="hint nothing-here">No hooks. To make one, open the menu of a chat and choose <b>Add a hook…</b></p>`}
    ${webhooksList(app, hooks.webhooks)}`
}

function card(app, hook) {
  const { hooks } = app
  return html`
    <article class="reminder" data-hook=${hook.id} aria-label=${hook.name}>
      <div class="reminder-words">
        <h3 dir="auto">${hook.name}</h3>
        <p class="reminder-rule"><code>POST ${hook.path}</code>
          <span>wakes <a href=${hrefOf(hook.session)} dir="auto">${hooks.nameOf(hook.session)}</a></span></p>
        <p class="reminder-times"><span class="first">${hook.enabled ? 'On' : 'Switched off'}</span>
          <span>${hook.usedAt ? html`Last call <time datetime=${hook.usedAt}>${fullTime(hook.usedAt)}</time>` : 'Never called'}</span></p>
        ${hook.secretLost ? html`<p class="reminder-trouble">${icons.warning()} The server cannot read its secret any more: replace it.</p>` : nothing}
      </div>
      <div class="reminder-buttons">
        <button class="quiet small" @click=${() => openHookForm(app, { hook, done: () => hooks.refresh() })}>Edit…</button>
        <button class="quiet small" @click=${() => hooks.switch(hook)}>${hook.enabled ? 'Switch off' : 'Switch on'}</button>
        <button class="quiet small" @click=${() => hooks.renew(hook)}>New secret…</button>
        <button class="quiet small cancel-reminder" @click=${() => hooks.remove(hook)}>Delete…</button>
      </div>
      ${history(hooks, hook)}
    </article>`
}

const history = (hooks, { id, name }) => historyPart(hooks.deliveries, id, {
  summary: 'What came', name, empty: 'Nothing yet.',
  content: list => html`<ol>${list.map(one => html`
    <li><time datetime=${one.at}>${fullTime(one.at)}</time> <code>${one.delivery}</code>
      ${one.recall ? nothing : html`<span class="failed">not taken yet</span>`}</li>`)}</ol>`,
})
