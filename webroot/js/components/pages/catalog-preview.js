import { ownZone } from '../../browser/zone.js'
import { html, nothing } from '../../lib.js'
import { errorWords } from '../../words/words.js'
import { closeDialog, openDialog } from '../dialog.js'
import * as icons from '../icons.js'

/** Shows a prompt as a model would read it now, for an agent and a model that can be chosen. `names`: of agents and models. */
export function openPreview(app, text, names) {
  const chosen = { agent: '', model: '' }
  let asked = 0 // an answer that is not to the newest question is too late
  const choose = (what, value) => {
    chosen[what] = value
    return show()
  }
  async function show() {
    const mine = ++asked
    const found = await preview(app, text, chosen).catch(error => ({ error }))
    if (mine === asked && document.getElementById('dialog').open) openDialog(dialog(names, chosen, found, choose), { wide: true })
  }
  openDialog(dialog(names, chosen, null, choose), { wide: true }).querySelector('.primary').focus()
  return show()
}

const preview = (app, text, { agent, model }) => app.api.call('POST', '/prompts/preview', {
  text, zone: ownZone(), ...(agent && { agent }), ...(model && { model }),
})

const dialog = (names, chosen, found, choose) => html`
  <h2 id="dialog-title">Preview</h2>
  <p class="hint">As the model would read it now, if you asked. Memory files of the agent follow it.</p>
  <div class="preview-choices">
    ${choice('Agent', 'agent', names.agent, chosen, choose)}
    ${choice('Model', 'model', names.model, chosen, choose)}
  </div>
  <div class="preview" tabindex="0" role="region" aria-label="The prompt" aria-live="polite">${shown(found)}</div>
  <div class="dialog-actions"><button class="primary" @click=${closeDialog}>Close</button></div>`

const choice = (label, what, names, chosen, choose) => html`
  <label>${label} <select aria-label=${label} @change=${event => choose(what, event.target.value)}>
    <option value="" ?selected=${!chosen[what]}>${what === 'agent' ? 'default' : 'of the agent'}</option>
    ${names.map(name => html`<option value=${name} ?selected=${name === chosen[what]}>${name}</option>`)}</select></label>`

function shown(found) {
  if (!found) return html`<p class="hint">Reading…</p>`
  const { error, text, unknown } = found
  if (error) return html`<p class="fault">${icons.warning()} ${errorWords(error)}</p>`
  return html`
    ${unknown.length ? html`<p class="fault">${icons.warning()} ${unknown.length === 1 ? 'This is no variable' : 'These are no variables'}:
      ${unknown.map((name, i) => html`${i ? ', ' : ''}<code>{{${name}}}</code>`)}. It cannot be saved so.</p>` : nothing}
    <pre dir="auto">${text}</pre>`
}
