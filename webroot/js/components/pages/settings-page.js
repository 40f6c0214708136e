import { html, live, nothing, repeat } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import * as icons from '../icons.js'

const SHOWN_CHANGES = 30
const SOURCES = { default: 'the default', file: 'from the settings file', table: 'set here', environment: 'from the environment' }
const NUMBERS = new Set(['integer', 'number'])

/** The settings of the server, for administrators. */
export class Settings {
  #app
  list = null        // null until they were read
  config = null
  error = null
  filter = ''
  drafts = new Map() // what was typed and is not saved, by key
  faults = []        // why it could not be saved
  changes = null     // who changed what, once that was opened
  saving = false

  constructor(app) {
    this.#app = app
  }

  async refresh() {
    const { api } = this.#app
    try {
      const [{ settings }, config] = await Promise.all([api.call('GET', '/settings'), api.call('GET', '/config')])
      Object.assign(this, { list: settings, config, error: null })
      if (this.changes) await this.showChanges()
    } catch (error) {
      this.error = error
    }
    this.#app.set({})
  }

  set(changes) {
    Object.assign(this, changes)
    this.#app.set({})
  }

  draft(setting, value) {
    if (value === asText(setting)) this.drafts.delete(setting.key)
    else this.drafts.set(setting.key, value)
    this.#app.set({})
  }

  discard() {
    this.drafts.clear()
    this.set({ faults: [] })
  }

  /** All that was typed, or nothing of it. */
  save() {
    const values = Object.fromEntries([...this.drafts].map(([key, text]) => [key, valueOf(this.list.find(one => one.key === key), text)]))
    return this.#change(values, () => this.drafts.clear())
  }

  /** What the file or the default says counts again. */
  back(key) {
    return this.#change({ [key]: null }, () => this.drafts.delete(key))
  }

  async #change(values, done) {
    this.set({ saving: true, faults: [] })
    try {
      await this.#app.api.call('PATCH', '/settings', { values })
      done()
    } catch (error) {
      this.faults = errorWords(error).split('\n')
    }
    this.saving = false
    return this.refresh()
  }

  async reload() {
    await this.#app.attempt(() => this.#app.api.call('POST', '/config/reload'))
    return this.refresh()
  }

  async showChanges() {
    const page = await this.#app.api.call('GET', `/audit?action=setting.changed&limit=${SHOWN_CHANGES}`).catch(() => ({ entries: null }))
    this.set({ changes: page })
  }
}

/** A value as it stands in its field. */
function asText({ kind, value }) {
  if (value === undefined) return ''
  return kind === 'list' ? value.join(', ') : String(value)
}

/** What was typed, as the server wants it. A number that is none is left to the server to refuse. */
function valueOf({ kind }, text) {
  if (NUMBERS.has(kind)) return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
  if (kind === 'boolean') return text === 'true'
  if (kind === 'list') return text.split(',').map(item => item.trim()).filter(Boolean)
  return text
}

export function page(app) {
  const { settings } = app
  if (settings.error) {
    const words = settings.error.code === 'forbidden' ? 'Only administrators see this page.' : errorWords(settings.error)
    return html`<p class="hint nothing-here">${words}</p>`
  }
  if (!settings.list) return html`<p class="hint">Reading the settings…</p>`
  const wanted = settings.filter.trim().toLowerCase()
  const shown = settings.list.filter(({ key, remark = '' }) => `${key} ${remark}`.toLowerCase().includes(wanted))
  const changeable = shown.filter(({ change }) => change === 'live')
  const gone = shown.filter(({ change }) => change === 'gone')
  const fixed = shown.filter(({ change }) => change === 'file' || change === 'start')
  return html`
    ${state(settings)}
    <input class="settings-filter" type="search" aria-label="Find a setting" placeholder="Find a setting" .value=${live(settings.filter)}
      @input=${event => settings.set({ filter: event.target.value })}>
    ${saveBar(settings)}
    ${repeat(groups(changeable), ([name]) => name, ([name, its]) => html`
      <h2>${name}</h2>
      <ul class="settings">${repeat(its, ({ key }) => key, one => html`<li>${row(settings, one)}</li>`)}</ul>`)}
    ${shown.length ? nothing : html`<p class="hint nothing-here">No setting has these words in its name or explanation.</p>`}
    ${gone.length ? html`<ul class="settings">${repeat(gone, ({ key }) => key, one => html`<li>${goneRow(settings, one)}</li>`)}</ul>` : nothing}
    ${fixed.length ? html`
      <details class="reminder-history" ?open=${wanted !== ''}><summary>Settings that only the file changes (${fixed.length})</summary>
        <ul class="settings">${repeat(fixed, ({ key }) => key, one => html`<li>${fixedRow(one)}</li>`)}</ul></details>` : nothing}
    ${changes(settings)}`
}

function groups(settings) {
  const groups = new Map()
  for (const one of settings) {
    const name = one.key.split('.')[0]
    groups.set(name, [...groups.get(name) ?? [], one])
  }
  return [...groups]
}

function state(settings) {
  const { config } = settings
  return html`
    <article class="reminder config-state" aria-label="Settings file">
      <div class="reminder-words">
        <h3>${config.file ?? 'No settings file'}</h3>
        <p class="reminder-times"><span>In use since <time datetime=${config.loadedAt}>${fullTime(config.loadedAt)}</time></span>
          <span>Version ${config.version}</span></p>
        ${config.lastError ? html`
          <p class="reminder-trouble">${icons.warning()} The newest settings are not used, because:</p>
          <ul class="faults">${config.lastError.problems.map(({ key, fault, where }) => html`<li><b>${key}</b> ${fault} (${where})</li>`)}</ul>` : nothing}
        ${(config.tools ?? []).map(({ name, file, used, problems }) => html`
          <p class="reminder-trouble">${icons.warning()} The tool ${name} of ${file} ${used ? 'stays as it was' : 'does not exist'}, because:</p>
          <ul class="faults">${problems.map(({ key, fault, where }) => html`<li><b>${key}</b> ${fault} (${where})</li>`)}</ul>`)}
        ${config.secrets.on ? nothing : html`<p class="hint">${config.secrets.reason} Features that store secrets of people are off.</p>`}
      </div>
      <div class="reminder-buttons"><button class="quiet small" @click=${() => settings.reload()}>Read the file again</button></div>
    </article>`
}

function saveBar(settings) {
  const count = settings.drafts.size
  return html`
    <div class="settings-bar" role="status">
      ${settings.faults.length ? html`<ul class="faults">${settings.faults.map(fault => html`<li>${fault}</li>`)}</ul>` : nothing}
      ${count ? html`
        <button class="primary small" ?disabled=${settings.saving} @click=${() => settings.save()}>Save ${count} ${count === 1 ? 'change' : 'changes'}</button>
        <button class="quiet small" @click=${() => settings.discard()}>Discard</button>` : nothing}
    </div>`
}

function row(settings, setting) {
  const { key, remark, source, where, setBy, setAt, ignored, expected } = setting
  const isFixed = source === 'environment'
  return html`
    <div class="setting" data-key=${key}>
      <label for="set-${key}">${key}</label>
      ${field(settings, setting, isFixed)}
      ${explanation(key, remark)}
      <p class="hint">${expected}; default ${words(setting.kind, setting.standard)}.
        ${isFixed ? html`<span class="fixed">Fixed by the ${where}.</span>` : `Now ${SOURCES[source]}.`}
        ${setBy && source === 'table' ? html`By ${setBy}, <time datetime=${setAt}>${fullTime(setAt)}</time>.` : nothing}</p>
      ${ignored ? html`<p class="reminder-trouble">${icons.warning()} The value that ${setBy} has set is not used: ${ignored}</p>` : nothing}
      ${setBy && !isFixed ? html`
        <button class="quiet small" @click=${() => settings.back(key)}>Back to ${words(setting.kind, setting.configured)}</button>` : nothing}
    </div>`
}

const explanation = (key, remark) => remark ? html`<p class="setting-remark" id="remark-${key}">${remark}</p>` : nothing

function words(kind, value) {
  if (value === undefined || value === '' || (kind === 'list' && !value.length)) return 'none'
  return kind === 'list' ? value.join(', ') : String(value)
}

function field(settings, setting, isFixed) {
  const { key, kind, min, max } = setting
  const value = settings.drafts.get(key) ?? asText(setting)
  const typed = event => settings.draft(setting, event.target.value)
  const choices = kind === 'boolean' ? ['true', 'false'] : setting.choices
  if (choices) {
    return html`
      <select id="set-${key}" aria-describedby="remark-${key}" ?disabled=${isFixed} .value=${live(value)} @change=${typed}>
        ${choices.map(choice => html`<option value=${choice} ?selected=${choice === value}>${choice}</option>`)}
      </select>`
  }
  if (NUMBERS.has(kind)) {
    return html`
      <input id="set-${key}" type="number" aria-describedby="remark-${key}" min=${min} max=${max} step=${kind === 'number' ? 'any' : 1} ?disabled=${isFixed}
        .value=${live(value)} @input=${typed}>`
  }
  return html`<input id="set-${key}" type="text" aria-describedby="remark-${key}" ?disabled=${isFixed} .value=${live(value)} @input=${typed}>`
}

function goneRow(settings, { key, setBy }) {
  return html`
    <div class="setting" data-key=${key}>
      <span class="key">${key}</span>
      <button class="quiet small" @click=${() => settings.back(key)}>Remove</button>
      <p class="reminder-trouble">${icons.warning()} This version has no such setting; ${setBy} has set it.</p>
    </div>`
}

function fixedRow({ key, remark, kind, value, source, where, change }) {
  return html`
    <div class="setting" data-key=${key}>
      <span class="key">${key}</span> <span>${value === undefined ? '' : words(kind, value)}</span>
      ${explanation(key, remark)}
      <p class="hint">${change === 'file' ? 'Follows the settings file' : 'Needs a start of the server'}; now ${source === 'environment' ? `from the ${where}` : SOURCES[source]}.</p>
    </div>`
}

function changes(settings) {
  const toggle = event => event.target.open ? settings.showChanges() : settings.set({ changes: null })
  const entries = settings.changes?.entries
  return html`
    <details class="reminder-history settings-changes" @toggle=${toggle}>
      <summary>Who changed what</summary>
      ${!settings.changes ? nothing : !entries ? html`<p class="hint">The changes could not be read.</p>`
        : entries.length ? html`<ol>${entries.map(change)}</ol>` : html`<p class="hint">Nobody has changed a setting here.</p>`}
    </details>`
}

const change = ({ at, user, target, detail = {} }) => html`
  <li><time datetime=${at}>${fullTime(at)}</time> <span>${user}: ${target}
    ${detail.from === undefined ? '' : `from ${detail.from} `}${detail.to === undefined ? 'back to the file' : `to ${detail.to}`}</span></li>`
