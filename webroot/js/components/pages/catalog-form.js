import { html, live, nothing, repeat } from '../../lib.js'
import { errorWords } from '../../words/words.js'
import * as icons from '../icons.js'
import { plural, schemaOf, wordOf } from './catalog-kinds.js'
import { namedBy } from './catalog-names.js'
import { middlewareOrder } from './middleware-order.js'
import { nameChoices } from './name-choices.js'

const NAME_CHARS_MAX = 64
const NUMBERS = new Set(['integer', 'number'])
const SHOWN_DEFAULTS = new Set(['boolean', 'array']) // where nothing in the field means something else

/** Kinds whose entries have a type, which says what settings there are, and the usual one. */
const TYPES = { provider: 'openai', middleware: 'model-call-limit' }

/** What is typed into the form of an entry, which is made from the JSON Schema of its settings. */
export class EntryForm {
  #api
  #changed
  #given
  problems = []    // { path, message }
  error = null
  theirs = null    // what somebody else has saved meanwhile
  saving = false
  drafts = new Map() // by path, as it stands in the field

  /** `entry`: whole; null for a new one. `typeOf`: of a provider, by its name. */
  constructor({ kind, schemas, typeOf, entry, copy, canWrite, api, changed }) {
    Object.assign(this, { kind, schemas, typeOf, entry: copy ? null : entry })
    this.#api = api
    this.#changed = changed
    this.#given = entry?.settings ?? {}
    this.version = entry?.version
    this.name = copy && !entry.replaceable ? `${entry.name}-2` : entry?.name ?? ''
    this.fixedName = Boolean(entry && (!copy || entry.replaceable))
    this.readOnly = !canWrite || Boolean(this.entry && this.entry.origin !== 'database')
    this.#draftFrom(copy && kind === 'model' ? { ...this.#given, default: undefined } : this.#given)
  }

  get type() { return this.drafts.get('type') ?? TYPES[this.kind] }

  get schema() {
    if (this.kind === 'model') return this.schemas.modelsOf[this.typeOf(this.drafts.get('provider'))] ?? this.schemas.models
    const schema = schemaOf(this.schemas, this.kind)
    return TYPES[this.kind] ? schema[this.type] ?? schema[TYPES[this.kind]] : schema
  }

  get fields() { return fieldsOf(this.schema) }

  #draftFrom(settings) {
    this.drafts.clear()
    if (this.kind === 'provider') this.drafts.set('type', settings.type ?? (this.name ? 'demo' : 'openai'))
    if (this.kind === 'middleware') this.drafts.set('type', settings.type ?? TYPES.middleware)
    for (const { path, schema } of this.fields) {
      if (!this.drafts.has(path)) this.drafts.set(path, asDraft(schema, valueAt(settings, path)))
    }
  }

  write(path, value) {
    this.drafts.set(path, value)
    for (const field of this.fields) { // another type has other settings
      if (!this.drafts.has(field.path)) this.drafts.set(field.path, asDraft(field.schema, valueAt(this.#given, field.path)))
    }
    this.problems = this.problems.filter(problem => problem.path !== path)
    this.#changed()
  }

  rename(name) {
    this.name = name
    this.problems = this.problems.filter(({ path }) => path !== 'name' || this.entry)
  }

  /** Resolves with the name if it was saved. */
  async save() {
    const { settings, problems } = this.#settings()
    Object.assign(this, { problems, error: null, saving: !problems.length })
    this.#changed()
    if (problems.length) return null
    try {
      if (this.entry) await this.#api.call('PUT', this.#path, { version: this.version, settings })
      else await this.#api.call('POST', `/${plural(this.kind)}`, { name: this.name.trim(), settings })
      return this.name.trim()
    } catch (error) {
      this.problems = error.problems ?? []
      this.error = this.#others.length || !error.problems ? errorWords(error) : null
      if (error.code === 'conflict' && this.entry) this.theirs = await this.#api.call('GET', this.#path).catch(() => null)
      return null
    } finally {
      this.saving = false
      this.#changed()
    }
  }

  /** Problems that belong to no field of this form. */
  get #others() {
    const known = new Set(['name', ...this.fields.map(({ path }) => path)])
    return this.problems.filter(({ path }) => !known.has(path))
  }

  get #path() { return `/${plural(this.kind)}/${encodeURIComponent(this.entry.name)}` }

  /** Saves over what somebody else has saved. */
  keepMine() {
    this.version = this.theirs.version
    Object.assign(this, { theirs: null, error: null })
    this.#changed()
  }

  takeTheirs() {
    this.#given = this.theirs.settings
    this.version = this.theirs.version
    this.#draftFrom(this.#given)
    Object.assign(this, { theirs: null, error: null, problems: [] })
    this.#changed()
  }

  /** Where both differ: { path, mine, theirs }, as they stand in fields. */
  get differences() {
    return this.fields.map(({ path, schema }) => ({
      path, mine: String(this.drafts.get(path) ?? ''), theirs: String(asDraft(schema, valueAt(this.theirs.settings, path))),
    })).filter(({ mine, theirs }) => mine !== theirs)
  }

  #settings() {
    const settings = {}
    const problems = []
    for (const { path, schema } of this.fields) {
      const draft = this.drafts.get(path)
      const was = valueAt(this.#given, path)
      try {
        const value = valueOf(schema, draft)
        const isDefault = value === undefined || (was === undefined && JSON.stringify(value) === JSON.stringify(schema.default))
        if (!isDefault || path === 'type') put(settings, path, value)
      } catch (error) {
        problems.push({ path, message: error.message })
      }
    }
    return { settings, problems }
  }
}

/** [{ path, schema, required, group }] in the order of the form. */
function fieldsOf(schema, prefix = '', group = null) {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, its]) => its.properties
    ? fieldsOf(its, `${prefix}${name}.`, `${prefix}${name}`)
    : [{ path: prefix + name, schema: its, required: schema.required?.includes(name) ?? false, group }])
  return fields.sort((a, b) => a.schema['x-order'] - b.schema['x-order'])
}

const valueAt = (settings, path) => path.split('.').reduce((value, key) => value?.[key], settings)

function put(settings, path, value) {
  const keys = path.split('.')
  const last = keys.pop()
  keys.reduce((into, key) => into[key] ??= {}, settings)[last] = value
}

/** A value as it stands in its field. */
function asDraft(schema, value) {
  const given = value ?? (SHOWN_DEFAULTS.has(schema.type) || schema.enum ? schema.default : undefined)
  if (schema.type === 'boolean') return given ?? false
  if (given === undefined || given === null) return ''
  if (schema.type === 'array') return given.join('\n')
  if (schema.type === 'object') return Object.keys(given).length ? JSON.stringify(given, null, 2) : ''
  return String(given)
}

/** What was typed, as the server wants it; undefined for nothing. A number that is none is left to the server to refuse. */
function valueOf(schema, draft) {
  if (schema.type === 'boolean') return draft
  if (draft === undefined || draft.trim() === '') return schema.type === 'array' && schema.default?.length ? [] : undefined
  if (NUMBERS.has(schema.type)) return Number.isNaN(Number(draft)) ? draft : Number(draft)
  if (schema.type === 'array') return draft.split('\n').map(line => line.trim()).filter(Boolean)
  if (schema.type === 'object') return parsed(draft)
  return draft
}

function parsed(draft) {
  let value
  try {
    value = JSON.parse(draft)
  } catch (error) {
    throw new Error(`is not JSON: ${error.message}`)
  }
  if (!value || typeof value !== 'object' || Array.isArray(value)) throw new Error('must be a JSON object')
  return value
}

export function entryForm(form, entries) {
  const { kind, entry, name, readOnly, error, saving } = form
  const submit = event => {
    event.preventDefault()
    entries.save()
  }
  return html`
    <form class="entry-form" novalidate autocomplete="off" @submit=${submit}>
      <h3 tabindex="-1" dir="auto">${entry ? `${wordOf(kind)} ${name}` : `New ${wordOf(kind)}`}</h3>
      ${readOnly && entry?.origin !== 'database' && entry ? html`<p class="hint">It comes ${entry.origin === 'file' ? 'from a file' : 'from the settings'} and is read-only here.</p>` : nothing}
      ${form.theirs ? conflict(form) : nothing}
      <p class="form-error" tabindex="-1" role="alert">${error && !form.theirs ? error.split('\n').map(line => html`<span>${line}</span>`) : nothing}</p>
      ${form.fixedName ? nothing : nameField(form)}
      ${['provider', 'mcp-server'].includes(kind) && !readOnly ? html`<p class="hint">A key is never stored here. Put it into the environment or into a file of the server, and name that: <code>env:NAME</code> or <code>file:PATH</code>.</p>` : nothing}
      ${groups(form.fields).map(([group, fields]) => group ? html`
        <fieldset><legend>${group}</legend>${rows(form, fields, entries)}</fieldset>` : rows(form, fields, entries))}
      ${['provider', 'model', 'prompt'].map(of => html`<datalist id="names-${of}">${(entries.names[of] ?? []).map(one => html`<option value=${one}></option>`)}</datalist>`)}
      <div class="settings-bar">
        ${readOnly ? nothing : html`<button class="primary small" ?disabled=${saving || Boolean(form.theirs)}>${entry ? 'Save' : 'Create'}</button>`}
        ${kind === 'prompt' ? html`<button type="button" class="quiet small" ?disabled=${!form.drafts.get('text')?.trim()} @click=${() => entries.preview()}>Preview…</button>` : nothing}
        <button type="button" class="quiet small" @click=${() => entries.close()}>${readOnly ? 'Back' : 'Cancel'}</button>
      </div>
    </form>`
}

function groups(fields) {
  const groups = []
  for (const field of fields) {
    if (groups.at(-1)?.[0] !== field.group) groups.push([field.group, []])
    groups.at(-1)[1].push(field)
  }
  return groups
}

const rows = (form, fields, entries) => html`<div class="settings">${repeat(fields, ({ path }) => path, one => row(form, one, entries))}</div>`

const faultOf = (form, path) => form.problems.find(problem => problem.path === path)?.message

function nameField(form) {
  const fault = faultOf(form, 'name')
  return html`
    <div class="settings"><div class="setting">
      <label for="entry-name">name</label>
      <input id="entry-name" required maxlength=${NAME_CHARS_MAX} spellcheck="false" aria-describedby="about-entry-name" aria-invalid=${fault ? 'true' : nothing}
        .value=${live(form.name)} @input=${event => form.rename(event.target.value)}>
      <p class="hint" id="about-entry-name">${fault ? html`<span class="fault">${fault}</span> ` : nothing}Lower-case letters, digits, dots, hyphens and underscores; it cannot be changed later.</p>
    </div></div>`
}

function row(form, field, entries) {
  const { path, schema, required } = field
  const fault = faultOf(form, path)
  const isWide = isLong(form.kind, field)
  return html`
    <div class="setting ${isWide ? 'wide' : ''}" data-key=${path}>
      <label for="of-${path}">${path}${required ? html`<span aria-hidden="true"> *</span>` : nothing}</label>
      ${form.kind === 'agent' && path === 'middleware' ? middlewareOrder(form, path, entries) : html`<div class="control">${control(form, field, fault)}${
        schema.type === 'array' ? nameChoices(form, path, entries.names[namedBy(form.kind, path)]) : nothing}</div>`}
      <p class="hint" id="about-${path}">${fault ? html`<span class="fault">${icons.warning()} ${fault}.</span> ` : nothing}${schema.description}
        ${schema['x-expected'] && schema.type !== 'boolean' && !schema.enum ? html`<span class="expected">${schema['x-expected']}${schema.type === 'array' ? ', one per line' : ''}</span>` : nothing}
        ${form.entry?.concealed?.includes(path) ? html`<span class="fixed">Set, and not shown to you.</span>` : nothing}</p>
    </div>`
}

const isLong = (kind, { path, schema }) => schema.type === 'array' || schema.type === 'object' || (kind === 'prompt' && path === 'text')

function control(form, field, fault) {
  const { path, schema, required } = field
  const { readOnly, kind } = form
  const draft = form.drafts.get(path) ?? (schema.type === 'boolean' ? false : '')
  const typed = event => form.write(path, event.target.value)
  const invalid = fault ? 'true' : nothing
  if (schema.type === 'boolean') {
    return html`<input id="of-${path}" type="checkbox" aria-describedby="about-${path}" aria-invalid=${invalid} ?disabled=${readOnly} .checked=${live(draft)}
      @change=${event => form.write(path, event.target.checked)}>`
  }
  if (schema.enum) {
    const choices = schema.default === undefined && !required ? ['', ...schema.enum] : schema.enum
    return html`
      <select id="of-${path}" aria-describedby="about-${path}" aria-invalid=${invalid} ?disabled=${readOnly} .value=${live(draft)} @change=${typed}>
        ${choices.map(choice => html`<option value=${choice} ?selected=${choice === draft}>${choice}</option>`)}
      </select>`
  }
  if (isLong(kind, field)) {
    const isText = schema.type === 'string'
    return html`<textarea id="of-${path}" dir="auto" rows=${isText ? 14 : 3} spellcheck=${isText} aria-describedby="about-${path}" aria-invalid=${invalid}
      aria-required=${required} ?readonly=${readOnly} .value=${live(draft)} @input=${typed}></textarea>`
  }
  const names = namedBy(kind, path)
  const usual = schema.default === undefined || schema.default === '' ? '' : String(schema.default)
  return html`
    <input id="of-${path}" type="text" dir="auto" inputmode=${NUMBERS.has(schema.type) ? 'decimal' : nothing} list=${names ? `names-${names}` : nothing}
      spellcheck="false" autocapitalize="off" aria-describedby="about-${path}" aria-invalid=${invalid} aria-required=${required} ?readonly=${readOnly}
      placeholder=${schema.format === 'secret-ref' ? 'env:NAME' : usual} .value=${live(draft)} @input=${typed}>`
}

function conflict(form) {
  const { theirs, differences } = form
  return html`
    <section class="entry-conflict" role="alert" aria-label="Saved by somebody else">
      <p class="reminder-trouble">${icons.warning()} ${theirs.by ?? 'Somebody else'} has saved version ${theirs.version} meanwhile. What you wrote is still here.</p>
      ${differences.length ? html`
        <table><thead><tr><th scope="col">Setting</th><th scope="col">Yours</th><th scope="col">Theirs</th></tr></thead>
          <tbody>${differences.map(({ path, mine, theirs: other }) => html`
            <tr><th scope="row">${path}</th><td dir="auto">${mine || '–'}</td><td dir="auto">${other || '–'}</td></tr>`)}</tbody></table>` : html`<p class="hint">Both are the same.</p>`}
      <div class="reminder-buttons">
        <button type="button" class="quiet small" @click=${() => form.keepMine()}>Keep mine</button>
        <button type="button" class="quiet small" @click=${() => form.takeTheirs()}>Take theirs</button>
      </div>
    </section>`
}
