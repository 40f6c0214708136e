import { saveFile } from '../../browser/download.js'
import { afterRender } from '../../browser/render.js'
import { hrefOfPage } from '../../browser/route.js'
import { html, live, nothing, repeat } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import { askBefore, closeDialog, openDialog } from '../dialog.js'
import * as icons from '../icons.js'
import { checkButton, checkResult, ModelChecks } from './catalog-check.js'
import { EntryForm, entryForm } from './catalog-form.js'
import { history, Versions } from './catalog-history.js'
import { inUse, isUsedAsDefault } from './catalog-in-use.js'
import { KINDS, oneOf, plural, pluralWords, titleOf, wordOf } from './catalog-kinds.js'
import { namesOfTools } from './catalog-names.js'
import { openPreview } from './catalog-preview.js'
import { McpStates, stateButtons, stateLines, toolsPart } from './mcp-part.js'

const ORIGINS = { settings: 'from the settings', file: 'from a file', database: 'made here' }
const ABOUT = {
  provider: 'Services that run models.',
  model: 'Models of these providers, which agents use and people may choose.',
  prompt: 'System prompts, with every version that there was.',
  agent: 'What answers in a chat: a prompt, a model, tools and limits.',
  middleware: 'Code around the steps of agents that name it: limits, retries and more. The lowest priority is the outermost.',
  'mcp-server': 'Servers that offer tools, which agents use.',
}

/** Entries of one kind of the catalogue: read by staff, changed by administrators. */
class Entries {
  #app
  #last = Promise.resolve() // ends with the last change
  list = null      // null until they were read
  error = null
  filter = ''
  picked = new Set() // names of those that are chosen to be deleted
  form = null      // the entry that is changed or made, in place of the list
  versions
  states = null    // what the servers do, of MCP servers only
  checks
  names = {}       // of the other kinds and of tools, to be named in forms, see catalog-names.js
  types = {}       // of providers, by name
  middleware = []  // all entries of this kind

  constructor(app, kind) {
    this.#app = app
    this.kind = kind
    this.versions = new Versions(app, kind)
    this.checks = new ModelChecks(app)
  }

  get canWrite() { return this.#app.server.isAdmin }

  async refresh() {
    const { api } = this.#app
    try {
      const [entries] = await Promise.all([
        listOf(api, this.kind), this.versions.refresh(), this.states?.refresh(),
      ])
      Object.assign(this, { list: entries, error: null })
    } catch (error) {
      this.error = error
    }
    this.#app.set({})
  }

  set(changes) {
    Object.assign(this, changes)
    this.#app.set({})
  }

  /** `entry`: as it is in the list; null for a new one. `copy`: its settings under another name. */
  edit(entry, { copy = false } = {}) {
    return this.#app.attempt(async () => {
      const { api } = this.#app
      const [schemas, names, whole] = await Promise.all([api.call('GET', '/catalog/schemas'), this.#names(), entry && api.call('GET', path(entry))])
      this.names = names
      const form = new EntryForm({ kind: this.kind, schemas, typeOf: name => this.types[name], entry: whole, copy, canWrite: this.canWrite, api, changed: () => this.#app.set({}) })
      this.set({ form })
      afterRender(() => document.querySelector('.entry-form h3')?.focus())
    })
  }

  async #names() {
    const { api } = this.#app
    const [{ tools }, ...lists] = await Promise.all([
      api.call('GET', '/tools'), ...KINDS.map(kind => listOf(api, kind)),
    ])
    this.types = Object.fromEntries(lists[KINDS.indexOf('provider')].map(({ name, settings }) => [name, settings.type ?? 'demo']))
    this.middleware = lists[KINDS.indexOf('middleware')]
    return { ...Object.fromEntries(KINDS.map((kind, i) => [kind, lists[i].map(({ name }) => name)])), ...namesOfTools(tools) }
  }

  async save() {
    const name = await this.form.save()
    if (!name) return afterRender(() => {
      const form = document.querySelector('.entry-form')
      const place = form?.querySelector('[aria-invalid="true"]') ?? form?.querySelector('.form-error')
      place?.focus()
    })
    await this.refresh()
    this.close(name)
  }

  preview() { return openPreview(this.#app, this.form.drafts.get('text'), this.names) }

  close(name = this.form?.name) {
    this.set({ form: null })
    afterRender(() => (document.querySelector(`[data-entry="${CSS.escape(name)}"] button`) ?? document.getElementById('new-entry'))?.focus())
  }

  /** The model of the settings is the default where no other one is marked. */
  makeDefault(entry) {
    const isOwn = entry.origin === 'database'
    const changed = isOwn ? entry : this.list.find(one => one.default)
    return this.#change(() => this.#app.api.call('PUT', path(changed), { version: changed.version, settings: { ...changed.settings, default: isOwn } }))
  }

  canBeDefault({ kind, origin, default: isDefault }) {
    if (kind !== 'model' || isDefault) return false
    return origin === 'database' || origin === 'settings' && this.list.some(one => one.default && one.origin === 'database')
  }

  async export(entry) {
    await this.#app.attempt(async () => {
      saveFile(await this.#app.api.file(path(entry, '/file')), `${entry.name}.${this.kind === 'prompt' ? 'md' : 'yaml'}`)
    })
  }

  remove(entry) {
    if (entry.users.length || isUsedAsDefault(entry)) return openDialog(inUse(entry, named))
    askBefore({
      title: `Delete the ${wordOf(this.kind)}?`, yes: 'Delete', words: `“${entry.name}” is deleted. Nothing uses it. Its versions stay.`,
    }, () => this.#change(() => this.#app.api.call('DELETE', `${path(entry)}?version=${entry.version}`)))
  }

  pick(name, isPicked) {
    this.picked[isPicked ? 'add' : 'delete'](name)
    this.#app.set({})
  }

  /** Those of the chosen that are still there. */
  get chosen() { return (this.list ?? []).filter(({ name, origin }) => origin === 'database' && this.picked.has(name)) }

  removeChosen() {
    const { chosen } = this
    const names = chosen.map(({ name }) => `“${name}”`).join(', ')
    askBefore({
      title: `Delete ${chosen.length} ${chosen.length === 1 ? wordOf(this.kind) : pluralWords(this.kind)}?`, yes: 'Delete',
      words: `${names}: all of them are deleted, or none if one is in use elsewhere. Their versions stay.`,
    }, () => this.#change(async () => {
      await this.#app.api.call('POST', `/${plural(this.kind)}/delete`, { entries: chosen.map(({ name, version }) => ({ name, version })) })
      this.picked.clear()
    }))
  }

  restore(entry, number) {
    return this.#change(() => {
      const { version, revision } = this.#now(entry)
      return this.#app.api.call('POST', path(entry, '/restore'), { number, version, revision })
    })
  }

  setStatus(entry, number, status) {
    return this.#change(() => this.#app.api.call('PUT', path(entry, `/versions/${number}/status`), { status, revision: this.#now(entry).revision }))
  }

  /** As it is after the changes that were asked for before. */
  #now(entry) { return this.list?.find(({ name }) => name === entry.name) ?? entry }

  /** One change after the other: a second one that is asked for at once would have the version from before the first. */
  #change(action) {
    return this.#last = this.#last.catch(() => {}).then(() => this.#app.attempt(action)).then(() => this.refresh())
  }
}

export class Providers extends Entries { constructor(app) { super(app, 'provider') } }
/** The form for a new provider, which has an address of its own; what was there before it is the list. */
export class NewProvider extends Providers {
  async refresh() {
    await super.refresh()
    if (!this.form && this.list && this.canWrite) this.edit(null)
  }

  close() {
    this.form = null
    location.hash = hrefOfPage('admin/providers')
  }
}

export class Models extends Entries { constructor(app) { super(app, 'model') } }
export class Prompts extends Entries { constructor(app) { super(app, 'prompt') } }
export class Agents extends Entries { constructor(app) { super(app, 'agent') } }
export class Middleware extends Entries { constructor(app) { super(app, 'middleware') } }
export class McpServers extends Entries {
  constructor(app) {
    super(app, 'mcp-server')
    this.states = new McpStates(app)
  }
}

const listOf = (api, kind) => api.all(`/${plural(kind)}`, 'entries')

const path = ({ kind, name }, rest = '') => `/${plural(kind)}/${encodeURIComponent(name)}${rest}`

const named = ({ kind, name }) => html`<a href=${hrefOfPage(`admin/${plural(kind)}`)} @click=${closeDialog}>${wordOf(kind)} ${name}</a>`

export function page(app) {
  const entries = app.shownPage.content
  const { kind, error, list, form } = entries
  const word = wordOf(kind)
  if (error) {
    const words = error.code === 'forbidden' ? 'Only staff and administrators see this page.' : errorWords(error)
    return html`<p class="hint nothing-here">${words}</p>`
  }
  if (!list) return html`<p class="hint">Reading the ${pluralWords(kind)}…</p>`
  if (form) return html`${tabs(kind)}${entryForm(form, entries)}`
  const wanted = entries.filter.trim().toLowerCase()
  const shown = list.filter(entry => `${entry.name} ${JSON.stringify(entry.settings)}`.toLowerCase().includes(wanted))
  return html`
    ${tabs(kind)}
    <p class="hint">${ABOUT[kind]}</p>
    <div class="entry-bar">
      <input class="settings-filter" type="search" aria-label=${`Find ${oneOf(kind)}`} placeholder=${`Find ${oneOf(kind)}`} .value=${live(entries.filter)}
        @input=${event => entries.set({ filter: event.target.value })}>
      ${entries.chosen.length ? html`
        <button class="quiet small cancel-reminder" @click=${() => entries.removeChosen()}>Delete ${entries.chosen.length} selected…</button>` : nothing}
      ${entries.canWrite ? html`<button class="primary small" id="new-entry" @click=${() => entries.edit(null)}>New ${word}…</button>` : nothing}
    </div>
    ${shown.length ? html`
      <ul class="reminders entries">${repeat(shown, ({ name }) => name, entry => html`<li>${card(entries, entry)}</li>`)}</ul>` : html`
      <p class="hint nothing-here">${wanted ? `No ${word} has these words.` : `There ${plural(kind) === kind ? 'is' : 'are'} no ${pluralWords(kind)} yet.`}</p>`}`
}

export const tabs = shown => html`
  <nav class="entry-kinds" aria-label="Catalogue">${KINDS.map(kind => html`
    <a href=${hrefOfPage(`admin/${plural(kind)}`)} aria-current=${kind === shown ? 'page' : nothing}>${titleOf(kind)}</a>`)}
    <a href=${hrefOfPage('admin/tools')} aria-current=${shown === 'tools' ? 'page' : nothing}>Tools</a></nav>`

function card(entries, entry) {
  const { name, settings, origin, users, by, at, version } = entry
  return html`
    <article class="reminder" data-entry=${name} aria-label="${wordOf(entry.kind)} ${name}">
      <div class="reminder-words">
        <h3 dir="auto">${settings.title || name}${settings.title ? html` <code>${name}</code>` : nothing}
          ${entry.default ? html`<span class="entry-mark">Default</span>` : nothing}</h3>
        <p class="reminder-rule">${what(entry)}</p>
        <p class="reminder-times"><span class="first">${stateWords(entry)}</span><span>${ORIGINS[origin]}${origin === 'database' ? '' : ', read-only'}</span>
          <span>version ${version}${by ? html`, by ${by}` : nothing}${at ? html`, <time datetime=${at}>${fullTime(at)}</time>` : nothing}</span></p>
        ${users.length ? html`<p class="reminder-times"><span>Used by ${users.map((user, i) => html`${i ? ', ' : ''}${named(user)}`)}</span></p>` : nothing}
        ${entries.states ? stateLines(entries.states, entry) : nothing}
        ${checkResult(entries.checks, name)}
        ${entry.problems.map(({ path, message }) => html`<p class="reminder-trouble">${icons.warning()} <b>${path}</b> ${message}</p>`)}
      </div>
      ${buttons(entries, entry)}
      ${entries.states ? toolsPart(entries.states, entry) : nothing}
      ${history(entries, entry)}
    </article>`
}

function what({ kind, settings }) {
  switch (kind) {
    case 'provider': return html`<span>${settings.type ?? 'demo'}</span>${settings.baseUrl ?? settings.endpoint ?? ''}`
    case 'model': return html`<code>${settings.name}</code><span>of ${settings.provider}</span>`
    case 'prompt': return html`<span dir="auto">${settings.note ?? ''}</span>`
    case 'middleware': return html`<span>${settings.type}</span>${settings.priority ? html`<span>priority ${settings.priority}</span>` : nothing}${settings.critical ? html`<span>critical</span>` : nothing}`
    case 'agent': return html`<span dir="auto">${settings.description ?? ''}</span>`
    case 'mcp-server': return html`<span>${settings.transport ?? 'http'}</span>${settings.url ?? settings.command ?? ''}`
  }
}

function stateWords({ kind, enabled, usable, problems, settings }) {
  if (problems.length) return 'Cannot be used'
  if (kind === 'prompt') return { testing: 'In test', deprecated: 'Deprecated' }[settings.status] ?? 'Approved'
  if (!enabled) return 'Switched off'
  return usable ? 'On' : 'On, but its provider is not'
}

function buttons(entries, entry) {
  const isOwn = entry.origin === 'database'
  const { canWrite } = entries
  const label = words => `${words} ${entry.name}`
  return html`
    <div class="reminder-buttons">
      <button class="quiet small" aria-label=${label(isOwn && canWrite ? 'Edit' : 'Show')} @click=${() => entries.edit(entry)}>${isOwn && canWrite ? 'Edit…' : 'Show…'}</button>
      ${entries.states ? stateButtons(entries.states, entry, canWrite) : nothing}
      ${canWrite ? html`
        ${entry.kind === 'model' ? checkButton(entries.checks, entry.name) : nothing}
        ${entries.canBeDefault(entry) ? html`
          <button class="quiet small" aria-label=${label('Make default:')} @click=${() => entries.makeDefault(entry)}>Make default</button>` : nothing}
        ${entry.replaceable ? html`
          <button class="quiet small" aria-label=${label('Replace')} @click=${() => entries.edit(entry, { copy: true })}>Replace…</button>` : html`
          <button class="quiet small" aria-label=${label('Duplicate')} @click=${() => entries.edit(entry, { copy: true })}>Duplicate…</button>`}
        <button class="quiet small" aria-label=${label('Export')} @click=${() => entries.export(entry)}>Export</button>
        ${isOwn ? html`<label class="entry-pick"><input type="checkbox" aria-label=${label('Select')} .checked=${live(entries.picked.has(entry.name))}
          @change=${event => entries.pick(entry.name, event.target.checked)}> Select</label>` : nothing}
        ${isOwn ? html`<button class="quiet small cancel-reminder" aria-label=${label('Delete')} @click=${() => entries.remove(entry)}>Delete…</button>` : nothing}` : nothing}
    </div>`
}
