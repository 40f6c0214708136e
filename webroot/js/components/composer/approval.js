import { hasMod, isComposing, isSendKey, MOD } from '../../browser/keys.js'
import { argumentRows } from '../../chat/json.js'
import { html, nothing } from '../../lib.js'
import * as icons from '../icons.js'
import { inquiry } from './inquiry.js'

const ALL = ['approve', 'edit', 'reject', 'respond']

/** The ways to decide that need something written. */
const FORMS = {
  edit: { label: 'Arguments', yes: 'Approve with changes', keys: [MOD, 'Enter'] },
  reject: { label: 'Why not, for the agent', hint: 'optional', yes: 'Reject', keys: ['Enter'] },
  respond: { label: 'The result that the agent gets instead', yes: 'Send as the result', keys: ['Enter'] },
}

/** A call that waits for a person, or whose server asks one, where it stands in the conversation. `row`: { item, asked, draft, expires }. */
export function approval(app, row) {
  const { item, asked, draft, expires } = row
  if (asked.metadata?.mode) return inquiry(app, row)
  return html`
    <section class="tool-card waiting" role="group" tabindex="-1" aria-label="Decide about ${item.name}" data-interrupt=${asked.id}>
      <header class="approval-head">
        ${icons.tool()} <h2 class="tool-name">${item.name}</h2>
        <span class="tool-state">${icons.hand()} Waits for you</span>
      </header>
      <div class="approval-body">
        ${asked.metadata?.subagents ? html`<p class="approval-note">Asked by the sub-agent ${asked.metadata.subagents.at(-1)}</p>` : nothing}
        ${draft.mode === 'edit' ? nothing : argumentList(item.arguments)}
        ${draft.mode ? form(app, asked, draft) : choices(app, asked, draft)}
        ${draft.error ? html`<p class="form-error" id="error-${asked.id}" role="alert">${draft.error}</p>` : nothing}
        ${expires ? html`<p class="approval-note">Expires ${expires}; it is not called then.</p>` : nothing}
      </div>
    </section>`
}

function argumentList(text) {
  const rows = argumentRows(text)
  if (!rows) return html`<pre tabindex="0">${text}</pre>`
  if (!rows.length) return html`<p class="approval-note">Without arguments</p>`
  return html`
    <dl class="arguments" aria-label="Arguments" tabindex="0">${rows.map(([name, value]) => html`
      <div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

function choices(app, asked, { busy }) {
  const { decisions } = app
  const offered = asked.metadata?.decisions ?? ALL
  const button = (mode, words, icon) => offered.includes(mode) ? html`
    <button class="quiet choice" data-mode=${mode} ?disabled=${busy} @click=${() => decisions.begin(asked, mode)}>
      ${icon} ${words}</button>` : nothing
  return html`
    <div class="approval-actions">
      ${offered.includes('approve') ? html`
        <button class="primary" data-mode="approve" ?disabled=${busy} @click=${() => decisions.decide(asked, 'approve')}>
          ${icons.check()} ${busy ? 'Sending…' : 'Approve'}</button>` : nothing}
      ${button('edit', 'Edit', icons.edit())}
      ${button('reject', 'Reject', icons.close())}
      ${button('respond', 'Answer for it', icons.reply())}
    </div>`
}

function form(app, asked, { mode, text, error, busy }) {
  const { decisions } = app
  const { label, hint, yes } = FORMS[mode]
  const id = `decide-${asked.id}`
  return html`
    <form class="approval-form ${mode}" @submit=${event => { event.preventDefault(); decisions.decide(asked, mode) }}>
      <label for=${id}>${label}${hint ? html` <span class="hint">${hint}</span>` : nothing}</label>
      <textarea id=${id} dir=${mode === 'edit' ? 'ltr' : 'auto'} rows=${mode === 'edit' ? 5 : 2} spellcheck=${mode !== 'edit'} ?readonly=${busy} .value=${text}
        aria-invalid=${error ? 'true' : nothing} aria-describedby=${error ? `error-${asked.id}` : nothing}
        @keydown=${event => keyed(event, decisions, asked, mode)}
        @input=${event => decisions.write(asked.id, event.target.value)}></textarea>
      <div class="approval-actions">
        <button class=${mode === 'reject' ? 'danger' : 'primary'} ?disabled=${busy}>${busy ? 'Sending…' : yes}</button>
        <button type="button" class="quiet" ?disabled=${busy} @click=${() => decisions.leave(asked.id)}>Back</button>
        <span class="choice-keys" aria-hidden="true">${FORMS[mode].keys.map(key => html`<kbd>${key}</kbd>`)}</span>
      </div>
    </form>`
}

/** Enter sends, as everywhere; only in arguments it is a new line. */
function keyed(event, decisions, asked, mode) {
  if (isComposing(event)) return
  if (event.key === 'Escape') decisions.leave(asked.id)
  else if (mode === 'edit' ? event.key === 'Enter' && hasMod(event) : isSendKey(event)) decisions.decide(asked, mode)
  else return
  event.preventDefault()
  event.stopPropagation()
}
