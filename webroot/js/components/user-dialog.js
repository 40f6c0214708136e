import { html, live, nothing } from '../lib.js'
import { closeDialog, openDialog } from './dialog.js'

/** Asks who is here. */
export function openUserDialog(app) {
  const { dev, user } = app.auth
  const submit = event => {
    event.preventDefault()
    const given = event.target.querySelector('input').value.trim()
    closeDialog()
    if (given && !(dev && given === user && app.connection.state !== 'closed')) app.signIn(given)
  }
  const signOut = () => {
    closeDialog()
    app.signOut()
  }
  openDialog(html`
    <form @submit=${submit}>
      <h2 id="dialog-title">${dev ? 'Signed in as' : 'Sign in'}</h2>
      ${dev ? byName(user) : byToken()}
      <div class="dialog-actions">
        ${!dev && user ? html`<button type="button" class="quiet sign-out" @click=${signOut}>Sign out</button>` : nothing}
        <button type="button" class="quiet" @click=${closeDialog}>Cancel</button>
        <button type="submit" class="primary">Continue</button>
      </div>
    </form>`).querySelector('input').select()
}

const byName = user => html`
  <p>This server runs in development mode: a name is enough. Each name has its own chats.</p>
  <label for="user-name">Name</label>
  <input id="user-name" name="user" autocomplete="off" maxlength="64" required pattern="[A-Za-z0-9._@+\\-]+"
    title="Letters, digits and . _ @ + -" .value=${live(user)}>`

const byToken = () => html`
  <p>Paste an access token (JWT) for this server. It is kept as a cookie until it ends or you sign out.</p>
  <label for="user-token">Access token</label>
  <input id="user-token" name="token" type="password" autocomplete="off" required .value=${live('')}>`
