import { html, nothing } from '../../lib.js'
import * as icons from '../icons.js'

const TYPES = { email: 'email', uri: 'url', date: 'date', 'date-time': 'datetime-local' }

/** What was filled in on this page, by the interrupt's id and the field: a card may be rendered anew. */
const filled = new Map()

/** A question of a tool's server, where its call stands in the conversation. `row`: { item, asked, draft, expires }. */
export function inquiry(app, { item, asked, draft, expires }) {
  const { server, mode, url } = asked.metadata
  return html`
    <section class="tool-card waiting inquiry" role="group" tabindex="-1" aria-label="Question of ${server}" data-interrupt=${asked.id}>
      <header class="approval-head">
        ${icons.tool()} <h2 class="tool-name">${server} asks you</h2>
        <span class="tool-state">${icons.hand()} Waits for you</span>
      </header>
      <form class="approval-body" @submit=${event => accept(event, app, asked)}>
        <p class="inquiry-message" dir="auto">${asked.message}</p>
        ${mode === 'url' ? address(url, app, asked) : fields(asked, draft)}
        ${draft.error ? html`<p class="form-error" id="error-${asked.id}" role="alert">${draft.error}</p>` : nothing}
        <div class="approval-actions">
          <button class="primary" ?disabled=${draft.busy}>${icons.check()} ${draft.busy ? 'Sending…' : mode === 'url' ? 'I have done it' : 'Send'}</button>
          ${choice(app, asked, draft, 'decline', 'Decline')}
          ${choice(app, asked, draft, 'cancel', 'Not now')}
        </div>
        <p class="approval-note">For the call of ${item.name}. What you send goes to ${server}; never send a password here.
          ${expires ? html`Expires ${expires}.` : nothing}</p>
      </form>
    </section>`
}

const choice = (app, asked, { busy }, decision, words) => html`
  <button type="button" class="quiet choice" data-mode=${decision} ?disabled=${busy}
    @click=${() => { filled.delete(asked.id); app.decisions.decide(asked, decision) }}>${words}</button>`

/** In full, and its host again: nobody is to be sent elsewhere than they think. */
function address(url, app, { id }) {
  const { host, origin, pathname } = new URL(url)
  if (origin === location.origin && pathname.startsWith('/api/v1/mcp-sign-ins/')) return signIn(url, app, id)
  return html`
    <p class="inquiry-url"><span class="tool-label">Address</span> <code>${url}</code></p>
    <p><a class="inquiry-open" href=${url} target="_blank" rel="noopener noreferrer">Open ${host} in a new tab</a></p>`
}

/** To this server, which sends people on; it then accepts the question by itself. */
function signIn(url, app, id) {
  const { pathname, searchParams } = new URL(url)
  searchParams.set('session', app.chat.id)
  searchParams.set('interrupt', id)
  const path = `${pathname.replace('/api/v1', '')}?${searchParams}`
  return html`<p><button type="button" class="quiet inquiry-open" @click=${() => openTab(app, path)}>Sign in, in a new tab</button></p>`
}

/** The tab is opened at once, because browsers block what does not follow a click. */
async function openTab(app, path) {
  const tab = window.open('', '_blank')
  const begun = await app.attempt(async () => {
    const { address } = await app.api.call('GET', path)
    if (!tab) return
    tab.opener = null
    tab.location.replace(address)
  })
  if (!begun) tab?.close()
}

function fields(asked, draft) {
  const { properties = {}, required = [] } = asked.responseSchema ?? {}
  return Object.entries(properties).map(([name, schema], index) => field({
    asked, name, schema, id: `ask-${asked.id}-${index}`, isRequired: required.includes(name), busy: draft.busy,
    value: filled.get(asked.id)?.[name] ?? schema.default,
  }))
}

function field(given) {
  const { name, schema, id, isRequired } = given
  const words = schema.title ?? name
  const hint = schema.description ? html`<span class="hint" id="${id}-hint">${schema.description}</span>` : nothing
  if (schema.type === 'boolean') return html`<div class="inquiry-field"><label class="inquiry-check">${box(given, true)} ${words}</label>${hint}</div>`
  if (schema.type === 'array') {
    return html`
      <fieldset class="inquiry-field"><legend>${words}${mark(isRequired)}</legend>${hint}
        ${options(schema.items).map(option => html`<label class="inquiry-check">${box(given, option.value)} ${option.words}</label>`)}
      </fieldset>`
  }
  return html`
    <div class="inquiry-field">
      <label for=${id}>${words}${mark(isRequired)}</label>
      ${hint}
      ${options(schema).length ? select(given) : input(given)}
    </div>`
}

const mark = isRequired => isRequired ? nothing : html` <span class="hint">optional</span>`

function input({ asked, name, schema, id, isRequired, busy, value }) {
  const isNumber = schema.type === 'number' || schema.type === 'integer'
  return html`
    <input id=${id} name=${name} dir="auto" type=${isNumber ? 'number' : TYPES[schema.format] ?? 'text'} autocomplete="off"
      step=${isNumber ? schema.type === 'integer' ? 1 : 'any' : nothing}
      min=${schema.minimum ?? nothing} max=${schema.maximum ?? nothing}
      minlength=${schema.minLength ?? nothing} maxlength=${schema.maxLength ?? nothing}
      ?required=${isRequired} ?readonly=${busy} .value=${shown(schema, value)}
      aria-describedby=${schema.description ? `${id}-hint` : nothing}
      @input=${event => keep(asked, name, event.target.value)}>`
}

function select({ asked, name, schema, id, isRequired, busy, value }) {
  return html`
    <select id=${id} name=${name} ?required=${isRequired} ?disabled=${busy} aria-describedby=${schema.description ? `${id}-hint` : nothing}
      @change=${event => keep(asked, name, event.target.value)}>
      <option value="" ?selected=${value === undefined}>Choose…</option>
      ${options(schema).map(option => html`<option value=${option.value} ?selected=${option.value === value}>${option.words}</option>`)}
    </select>`
}

function box({ asked, name, id, schema, busy, value }, its) {
  const isList = schema.type === 'array'
  const change = ({ target }) => {
    const before = filled.get(asked.id)?.[name] ?? schema.default ?? []
    keep(asked, name, !isList ? target.checked : target.checked ? [...before, its] : before.filter(one => one !== its))
  }
  return html`<input type="checkbox" name=${name} ?disabled=${busy} .checked=${isList ? (value ?? []).includes(its) : value === true}
    aria-describedby=${schema.description ? `${id}-hint` : nothing} @change=${change}>`
}

/** Choices as the protocol writes them, in each of its versions. */
function options({ enum: values, enumNames, oneOf, anyOf } = {}) {
  const titled = oneOf ?? anyOf
  if (titled) return titled.map(option => ({ value: option.const, words: option.title ?? option.const }))
  return (values ?? []).map((value, index) => ({ value, words: enumNames?.[index] ?? value }))
}

function keep({ id }, name, value) {
  filled.set(id, { ...filled.get(id), [name]: value })
}

/** A default that is a moment is shown in the zone of this browser. */
function shown({ format }, value) {
  if (format !== 'date-time' || !/Z|[+-]\d\d:\d\d$/.test(value ?? '')) return String(value ?? '')
  const moment = new Date(value)
  return Number.isNaN(moment.getTime()) ? '' : new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function accept(event, app, asked) {
  event.preventDefault()
  app.decisions.decide(asked, 'accept', asked.metadata.mode === 'url' ? undefined : content(asked))
}

/** Fields that are empty are left out. */
function content({ id, responseSchema }) {
  const made = {}
  for (const [name, schema] of Object.entries(responseSchema?.properties ?? {})) {
    const value = filled.get(id)?.[name] ?? schema.default
    if (schema.type === 'boolean') made[name] = value === true
    else if (value !== undefined && value !== '') made[name] = typed(schema, value)
  }
  return made
}

function typed({ type, format }, value) {
  if (type === 'number' || type === 'integer') return Number(value)
  return format === 'date-time' && !/Z|[+-]\d\d:\d\d$/.test(value) ? new Date(value).toISOString() : value
}
