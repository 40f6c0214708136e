import { costWords } from '../../chat/answered.js'
import { html, nothing } from '../../lib.js'
import { nameOf } from '../../sessions/session-names.js'
import { shortTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import { closeDialog, openDialog } from '../dialog.js'

const number = new Intl.NumberFormat()
const ROWS_AT_ONCE = 1_000

/** What a chat has used: all of it together, how full the context was, and its runs, the newest first. */
export async function openSessionUsage(app, session) {
  const draw = state => openDialog(content(session, state), { wide: true })
  const dialog = draw({})
  try {
    const usage = await app.api.whole(`/sessions/${encodeURIComponent(session.id)}/usage`, 'rows', ROWS_AT_ONCE)
    if (dialog.open && dialog.querySelector('.session-usage')) draw({ usage })
  } catch (error) {
    if (dialog.open && dialog.querySelector('.session-usage')) draw({ error: errorWords(error) })
  }
}

const content = (session, { usage, error }) => html`
  <div class="session-usage">
    <h2 id="dialog-title">Usage of “<span dir="auto">${nameOf(session)}</span>”</h2>
    ${error ? html`<p class="form-error" role="alert">${error}</p>` : usage ? report(usage) : html`<p class="hint">Reading…</p>`}
    <div class="dialog-actions"><button class="primary" @click=${closeDialog}>Close</button></div>
  </div>`

function report({ total, context, rows, currency }) {
  if (!total.calls) return html`<p class="hint">No model was called in this chat yet.</p>`
  const cost = costWords(total.cost, currency)
  return html`
    <p><strong>${number.format(total.inputTokens + total.outputTokens)} tokens</strong> in ${number.format(total.calls)} calls${cost
      ? html`, <strong>${cost}</strong>` : nothing}${total.estimatedCalls ? ` (${number.format(total.estimatedCalls)} estimated)` : ''}</p>
    ${context ? contextPart(context) : nothing}
    <div class="table-scroll" tabindex="0" role="region" aria-label="What was used, by run">
      <table class="usage-table">
        <thead><tr><th scope="col">Run</th><th scope="col">Model</th><th scope="col">Calls</th><th scope="col">In</th><th scope="col">Out</th>
          <th scope="col">Cost</th></tr></thead>
        <tbody>${rows.toReversed().map(row => html`
          <tr><th scope="row">${shortTime(row.at)}</th><td dir="auto">${row.model}</td><td>${number.format(row.calls)}</td>
            <td>${number.format(row.inputTokens)}</td><td>${number.format(row.outputTokens)}</td><td>${costWords(row.cost, currency) || '–'}</td></tr>`)}</tbody>
      </table>
    </div>`
}

function contextPart({ usedTokens, largestTokens, maxTokens }) {
  const used = `${number.format(usedTokens)}${maxTokens ? ` of ${number.format(maxTokens)}` : ''} tokens`
  return html`<p class="context-words">Context: ${used} at the newest answer, at most ${number.format(largestTokens)}
    ${maxTokens ? html`<meter min="0" max=${maxTokens} high=${maxTokens * 0.8} .value=${usedTokens} aria-label="How full the context is"></meter>` : nothing}</p>`
}
