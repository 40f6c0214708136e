import { html, nothing } from '../lib.js'
import * as icons from './icons.js'

const STATES = {
  running: 'Running', done: 'Done', cancelled: 'Cancelled', failed: 'Failed', rejected: 'Not called', unknown: 'Outcome unknown',
}

export function toolCard(item) {
  return html`
    <details class="tool-card ${item.state}">
      <summary>
        ${icons.tool()}
        <span class="tool-name">${item.name}</span>
        <code class="tool-brief">${brief(item.arguments)}</code>
        <span class="tool-state">${mark(item.state)} ${STATES[item.state]}</span>
        ${icons.chevron()}
      </summary>
      <div class="tool-body">
        <p class="tool-label">Arguments</p>
        <pre tabindex="0">${pretty(item.arguments) || 'none'}</pre>
        ${item.result ? html`<p class="tool-label">Result</p><pre tabindex="0">${pretty(item.result.text)}</pre>` : nothing}
      </div>
    </details>`
}

function mark(state) {
  switch (state) {
    case 'running': return html`<span class="spinner" aria-hidden="true"></span>`
    case 'done': return icons.check()
    case 'failed':
    case 'unknown': return icons.warning()
    default: return icons.close()
  }
}

/** The arguments in one line. */
function brief(text) {
  try {
    const words = value => typeof value === 'string' ? value : JSON.stringify(value)
    return Object.entries(JSON.parse(text)).map(([name, value]) => `${name}: ${words(value)}`).join(', ')
  } catch {
    return text.replace(/\s+/g, ' ')
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
