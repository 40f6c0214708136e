import { hrefOfDocument } from '../../browser/route.js'
import { html, nothing, repeat } from '../../lib.js'
import { callWords, fullTime } from '../../words/times.js'
import { askBefore } from '../dialog.js'
import * as icons from '../icons.js'
import { Histories } from './histories.js'
import { historyPart } from './history-part.js'
import { showSecret } from './hook-form.js'
import { EVENTS, openWebhookForm } from './webhook-form.js'

const SHOWN_DELIVERIES = 30
const SOON_MS = 1_000 // between two looks at a test that is under way
const LOOKS_MAX = 15
const STATES = { pending: 'Waits', parked: 'Waits until it is switched on', delivered: 'Arrived', failed: 'Given up' }

/** The webhooks of this person: what is told when something happens in their chats. */
export class Webhooks {
  #app
  list = null             // null until they were read
  off = null              // why there can be none
  deliveries              // what each was told, of those that were opened

  constructor(app) {
    this.#app = app
    this.deliveries = new Histories(app, id => path({ id }, `/deliveries?limit=${SHOWN_DELIVERIES}`), 'deliveries')
  }

  async refresh() {
    const { webhooks, off } = await this.#app.api.call('GET', '/webhooks')
    Object.assign(this, { list: webhooks, off: off ?? null })
    for (const id of this.deliveries.ids) if (!webhooks.some(webhook => webhook.id === id)) this.deliveries.hide(id)
    await this.deliveries.refresh()
    this.#app.set({})
  }

  #then(action) { return this.#app.attempt(async () => { await action(); await this.refresh() }) }

  switch(webhook) { return this.#then(() => this.#app.api.call('PATCH', path(webhook), { enabled: !webhook.enabled })) }

  /** Sends one, and looks until it is known what became of it. */
  test(webhook) {
    return this.#app.attempt(async () => {
      const { delivery } = await this.#app.api.call('POST', path(webhook, '/test'))
      for (let looks = 0; looks < LOOKS_MAX; looks++) {
        await this.deliveries.show(webhook.id)
        const found = this.deliveries.of(webhook.id)?.list?.find(({ id }) => id === delivery)
        if (found && found.status !== 'pending') break
        await new Promise(resolve => setTimeout(resolve, SOON_MS))
      }
    })
  }

  renew(webhook) {
    askBefore({
      title: 'Replace the secret?', yes: 'Replace', words: `What “${webhook.name}” is told is signed with a new secret from now on, which you give to the receiver.`,
    }, () => this.#then(async () => showSecret(await this.#app.api.call('POST', path(webhook, '/secret')))))
  }

  remove(webhook) {
    askBefore({
      title: 'Delete the webhook?', yes: 'Delete', words: `“${webhook.name}” is told nothing any more. This cannot be undone.`,
    }, () => this.#then(() => this.#app.api.call('DELETE', path(webhook))))
  }
}

const path = ({ id }, rest = '') => `/webhooks/${encodeURIComponent(id)}${rest}`

export function webhooksList(app, webhooks) {
  if (!webhooks.list) return nothing
  const add = () => openWebhookForm(app, { done: () => webhooks.refresh() })
  return html`
    <h2>Webhooks</h2>
    <p class="hint">With a webhook, a server of yours is told when something happens in your chats (<a href=${hrefOfDocument('webhooks')}>how</a>).</p>
    ${webhooks.list.length ? html`
      <ul class="reminders webhooks">${repeat(webhooks.list, ({ id }) => id, webhook => html`<li>${card(app, webhooks, webhook)}</li>`)}</ul>` : nothing}
    ${webhooks.off ? nothing : html`<p><button class="quiet add-webhook" @click=${add}>Add a webhook…</button></p>`}`
}

function card(app, webhooks, webhook) {
  const { name, url, events, enabled, failures, failedOff, secretLost } = webhook
  return html`
    <article class="reminder" data-webhook=${webhook.id} aria-label=${name}>
      <div class="reminder-words">
        <h3 dir="auto">${name}</h3>
        <p class="reminder-rule"><code>${url}</code></p>
        <p class="reminder-times"><span class="first">${enabled ? 'On' : 'Switched off'}</span>${events.map(event => html`<span>${EVENTS[event] ?? event}</span>`)}</p>
        ${failedOff ? html`<p class="reminder-trouble">${icons.warning()} Switched off, because ${failures} attempts in a row failed.</p>`
          : failures ? html`<p class="reminder-trouble">${icons.warning()} ${failures === 1 ? 'The last attempt' : `The last ${failures} attempts`} failed.</p>` : nothing}
        ${secretLost ? html`<p class="reminder-trouble">${icons.warning()} The server cannot read its secret any more: replace it.</p>` : nothing}
      </div>
      <div class="reminder-buttons">
        <button class="quiet small" @click=${() => webhooks.test(webhook)}>Test</button>
        <button class="quiet small" @click=${() => openWebhookForm(app, { webhook, done: () => webhooks.refresh() })}>Edit…</button>
        <button class="quiet small" @click=${() => webhooks.switch(webhook)}>${enabled ? 'Switch off' : 'Switch on'}</button>
        <button class="quiet small" @click=${() => webhooks.renew(webhook)}>New secret…</button>
        <button class="quiet small cancel-reminder" @click=${() => webhooks.remove(webhook)}>Delete…</button>
      </div>
      ${history(webhooks, webhook)}
    </article>`
}

const history = (webhooks, { id, name }) => historyPart(webhooks.deliveries, id, {
  summary: 'What it was told', name, empty: 'Nothing yet.', content: list => html`<ol>${list.map(told)}</ol>`,
})

function told({ event, status, attempts, createdAt, nextAt, httpStatus, error, durationMs }) {
  const took = durationMs === undefined ? '' : `, took ${callWords(durationMs)}`
  return html`
    <li><time datetime=${createdAt}>${fullTime(createdAt)}</time> <span>${EVENTS[event] ?? event}</span>
      <span class=${error ? 'failed' : ''}>${STATES[status]}${httpStatus && !error ? ` (${httpStatus}${took})` : ''}${attempts > 1 ? `, ${attempts} attempts` : ''}${
        error ? html`: ${error}` : nothing}</span>
      ${status === 'pending' && nextAt && attempts ? html`<span>again <time datetime=${nextAt}>${fullTime(nextAt)}</time></span>` : nothing}</li>`
}
