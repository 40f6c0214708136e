import { brief, pretty } from '../../chat/json.js'
import { html, nothing } from '../../lib.js'
import { todoList } from './todos.js'

const STATES = { running: 'running', cancelled: 'cancelled', failed: 'failed', rejected: 'not called', unknown: 'outcome unknown' }

/** What a card shows when it is open. `todos`: what is to do, if the call says that; `isDone`: whether it has a result. */
export function toolBody(item, todos, isDone) {
  return html`
    ${todos ? todoList(todos) : item.subagent ? task(item) : html`<p class="tool-label">Arguments</p>
    <pre tabindex="0">${pretty(item.arguments) || 'none'}</pre>`}
    ${item.subagent ? work(item) : nothing}
    ${item.result && !(todos && isDone) ? html`<p class="tool-label">Result</p><pre tabindex="0">${pretty(item.result.text)}</pre>` : nothing}`
}

const task = item => html`<p class="tool-label">Task</p><pre tabindex="0">${taskOf(item.arguments)}</pre>`

function taskOf(text) {
  try {
    const { task: words } = JSON.parse(text)
    return typeof words === 'string' ? words : text
  } catch {
    return text // not whole yet
  }
}

/** What a sub-agent has said and called so far: texts as they are, calls as cards of their own. */
function work({ subagent, inner = [] }) {
  const shown = inner.filter(item => item.kind === 'tool' || item.text)
  return html`
    <p class="tool-label">Work of ${subagent.name}</p>
    <ol class="sub-agent" aria-label="Work of ${subagent.name}">${shown.length ? shown.map(item => html`<li>${entry(item)}</li>`) : html`<li class="nothing-yet">Nothing yet</li>`}</ol>`
}

function entry(item) {
  switch (item.kind) {
    case 'tool': return call(item)
    case 'reasoning': return html`<details><summary>${item.open ? 'Thinking…' : 'Thoughts'}</summary><div class="reasoning-text" dir="auto">${item.text}</div></details>`
    default: return html`<div dir="auto" class="said">${item.text}</div>`
  }
}

const call = item => html`
  <details>
    <summary><span class="tool-name">${item.subagent?.name ?? item.name}</span> <code class="tool-brief">${brief(item.arguments)}</code>
      ${STATES[item.state] ? html`<span class="tool-state">${STATES[item.state]}</span>` : nothing}</summary>
    ${toolBody(item, null, false)}
  </details>`
