import { html, nothing } from '../../lib.js'
import { closeDialog } from '../dialog.js'

/** Whether what names none uses it. */
export const isUsedAsDefault = ({ kind, default: isDefault, enabled }) => isDefault && (kind === 'model' || enabled)

const BEFORE_DELETION = {
  model: 'It is the default model. Make another one the default first.',
  agent: 'It is the default agent, which answers in all chats that name none. Change it, or switch it off first; then the one of the server takes its place.',
  prompt: 'It is the default prompt. Change it, or deprecate its versions first; then the one of the settings takes its place.',
}

/** Why an entry is not deleted. `named`: a link to an entry. */
export const inUse = (entry, named) => html`
  <h2 id="dialog-title">“${entry.name}” is in use</h2>
  ${isUsedAsDefault(entry) ? html`<p>${BEFORE_DELETION[entry.kind]}</p>` : nothing}
  ${entry.users.length ? html`
    <p>Change or delete these first:</p>
    <ul class="entry-users">${entry.users.map(user => html`<li>${named(user)}</li>`)}</ul>` : nothing}
  <div class="dialog-actions"><button class="primary" @click=${closeDialog}>Close</button></div>`
