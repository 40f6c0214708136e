import { html, render } from '../lib.js'

/** Asks who is here. A native dialog: it keeps the focus, and gives it back. */
export function openUserDialog(app) {
  const dialog = document.getElementById('user-dialog')
  const submit = event => {
    event.preventDefault()
    const name = dialog.querySelector('input').value.trim()
    dialog.close()
    if (name && name !== app.auth.user) app.signIn(name)
  }
  render(html`
    <form @submit=${submit}>
      <h2 id="user-dialog-title">Signed in as</h2>
      <p>This server runs in development mode: a name is enough. Each name has its own chats.</p>
      <label for="user-name">Name</label>
      <input id="user-name" name="user" autocomplete="off" maxlength="64" required .value=${app.auth.user}>
      <div class="dialog-actions">
        <button type="button" class="quiet" @click=${() => dialog.close()}>Cancel</button>
        <button type="submit" class="primary">Continue</button>
      </div>
    </form>`, dialog)
  dialog.showModal()
  dialog.querySelector('input').select()
}
