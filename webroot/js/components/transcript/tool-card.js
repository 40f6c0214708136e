import { brief, pretty } from '../../chat/json.js'
import { lastingOf } from '../../chat/tool-groups.js'
import { parts } from '../../later.js'
import { html, nothing } from '../../lib.js'
import { callWords } from '../../words/times.js'
import { decisionWords } from '../../words/words.js'
import * as icons from '../icons.js'

const STATES = {
  running: 'Running', done: 'Done', cancelled: 'Cancelled', failed: 'Failed', rejected: 'Not called', unknown: 'Outcome unknown',
}

/** `row`: { item, asked, rests, group, ... }, see transcript.js and tool-groups.js. */
export function toolCard(app, row) {
  const { item, asked, rests } = row
  if (asked && parts.approval) return parts.approval(app, row)
  return html`${row.head ? groupLine(app, row) : nothing}${row.group === 'folded' ? nothing : card(app, item, rests, row.group)}`
}

function card(app, item, rests, group) {
  const todos = parts.todosOf?.(item)
  const ms = lastingOf(item)
  const state = rests ? 'decided' : item.state
  return html`
    <details class="tool-card ${state} ${group ? 'grouped' : ''}" ?open=${todos && state === 'done'}>
      <summary>
        ${icons.tool()}
        <span class="tool-name">${item.name}</span>
        <code class="tool-brief">${todos ? parts.todoBrief(todos) : brief(item.arguments)}</code>
        <span class="tool-state">${mark(state)} ${stateWords(item, rests)}${ms === undefined ? nothing : html` <span class="tool-time">${callWords(ms)}</span>`}</span>
        ${icons.chevron()}
        ${item.decision ? html`<span class="tool-decision">${decisionWords(item.decision, app.auth.user)}</span>` : nothing}
      </summary>
      <div class="tool-body">
        ${todos ? parts.todoList(todos) : html`<p class="tool-label">Arguments</p>
        <pre tabindex="0">${pretty(item.arguments) || 'none'}</pre>`}
        ${item.result && !(todos && state === 'done') ? html`<p class="tool-label">Result</p><pre tabindex="0">${pretty(item.result.text)}</pre>` : nothing}
      </div>
    </details>`
}

/** The line that stands for the calls of a group, and folds them again. */
function groupLine(app, { item, group, head, names }) {
  const isOpen = group === 'open'
  return html`
    <button class="tool-group ${isOpen ? 'open' : ''}" data-does="group" aria-expanded=${isOpen} @click=${() => app.toggleGroup(item.key)}>
      ${icons.tool()} <span class="tool-name">${head}</span> <span class="tool-brief">${names}</span> ${icons.chevron()}
    </button>`
}

function stateWords({ state, decision }, rests) {
  if (rests) return 'Decided'
  return state === 'done' && decision?.decision === 'respond' ? 'Answered' : STATES[state]
}

function mark(state) {
  switch (state) {
    case 'running': return html`<span class="spinner" aria-hidden="true"></span>`
    case 'decided':
    case 'done': return icons.check()
    case 'failed':
    case 'unknown': return icons.warning()
    default: return icons.close()
  }
}
