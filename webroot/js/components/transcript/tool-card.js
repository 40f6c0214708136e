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

const TODOS = 'write_todos'
const TODO_STATES = { pending: 'To do', in_progress: 'In progress', completed: 'Done' }

const todoBrief = todos => `${todos.filter(({ status }) => status === 'completed').length} of ${todos.length} done`

/** `row`: { item, asked, rests, group, ... }, see transcript.js and tool-groups.js. */
export function toolCard(app, row) {
  const { item, asked, rests } = row
  if (asked && parts.approval) return parts.approval(app, row)
  return html`${row.head ? groupLine(app, row) : nothing}${row.group === 'folded' ? nothing : card(app, item, rests, row.group)}`
}

/** What is to do, where a model keeps a list of it; null otherwise. */
function todosOf({ name, arguments: json }) {
  if (name !== TODOS) return null
  try {
    const { todos } = JSON.parse(json)
    return Array.isArray(todos) && todos.every(todo => typeof todo?.content === 'string') ? todos : null
  } catch {
    return null // not whole yet
  }
}

const todoList = todos => html`
  <ul class="todos">${todos.map(({ content, status }) => html`
    <li class=${status in TODO_STATES ? status : 'pending'}><span class="off-screen">${TODO_STATES[status] ?? TODO_STATES.pending}: </span><span dir="auto">${content}</span></li>`)}</ul>`

function card(app, item, rests, group) {
  const todos = todosOf(item)
  const ms = lastingOf(item)
  const state = rests ? 'decided' : item.state
  return html`
    <details class="tool-card ${state} ${group ? 'grouped' : ''}" ?open=${todos && state === 'done'}>
      <summary>
        ${icons.tool()}
        <span class="tool-name">${item.name}</span>
        <code class="tool-brief">${todos ? todoBrief(todos) : brief(item.arguments)}</code>
        <span class="tool-state">${mark(state)} ${stateWords(item, rests)}${ms === undefined ? nothing : html` <span class="tool-time">${callWords(ms)}</span>`}</span>
        ${icons.chevron()}
        ${item.decision ? html`<span class="tool-decision">${decisionWords(item.decision, app.auth.user)}</span>` : nothing}
      </summary>
      <div class="tool-body">
        ${todos ? todoList(todos) : html`<p class="tool-label">Arguments</p>
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
