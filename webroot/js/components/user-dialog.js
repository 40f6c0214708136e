import { hrefOfPage } from '../browser/route.js'
import { html, live, nothing } from '../lib.js'
import { errorWords } from '../words/words.js'
import { closeDialog, openDialog } from './dialog.js'
import { byProvider } from './sign-in-page.js'

/** Asks who is here; open until the server has taken the answer. */
export function openUserDialog(app) {
  const { dev, user, isDevAdmin } = app.auth
  const state = { text: dev ? user : '', isAdmin: dev && isDevAdmin, error: null, busy: false }
  const draw = () => openDialog(form(app, state, change => {
    Object.assign(state, change)
    draw()
  }))
  draw().querySelector('input')?.select()
}

function form(app, state, set) {
  const { error, busy } = state
  const { dev, user, anonymous, isDevAdmin } = app.auth
  const submit = async event => {
    event.preventDefault()
    const field = event.target.querySelector('input')
    const given = state.text.trim()
    const isSame = given === user && state.isAdmin === isDevAdmin
    if (!given || (dev && isSame && app.server.connection.state !== 'closed')) return closeDialog()
    set({ error: null, busy: true })
    try {
      await app.person.signIn(given, { isAdmin: state.isAdmin })
      closeDialog()
    } catch (failure) {
      set({ error: errorWords(failure), busy: false })
      field.select()
    }
  }
  const signOut = () => {
    closeDialog()
    app.person.signOut()
  }
  if ((app.auth.provider || app.server.offers.oidc) && !anonymous) return whoIsIn(app, signOut)
  if (app.auth.provider) return goIn(app.auth.provider)
  return html`
    <form @submit=${submit}>
      <h2 id="dialog-title">${dev ? 'Signed in as' : 'Sign in'}</h2>
      ${dev ? byName(state) : byToken(state)}
      ${pages(app)}
      <p class="form-error" id="user-error" role="alert">${error}</p>
      <div class="dialog-actions">
        ${!dev && user && !anonymous ? html`<button type="button" class="quiet sign-out" @click=${signOut}>Sign out</button>` : nothing}
        <button type="button" class="quiet" @click=${closeDialog}>Cancel</button>
        <button type="submit" class="primary" ?disabled=${busy}>Continue</button>
      </div>
    </form>`
}

/** Where people sign in with an identity provider, somebody else does so after signing out. */
const whoIsIn = (app, signOut) => html`
  <h2 id="dialog-title">Signed in as</h2>
  <p dir="auto">${app.auth.displayName}${app.auth.displayName === app.auth.user ? nothing : html`<br><small>${app.auth.user}</small>`}</p>
  ${pages(app)}
  <div class="dialog-actions">
    <button type="button" class="quiet sign-out" @click=${signOut}>Sign out</button>
    <button type="button" class="primary" @click=${closeDialog}>Close</button>
  </div>`

/** Visitors may sign in; their chats stay with the browser in which they were. */
const goIn = provider => html`
  <h2 id="dialog-title">Sign in</h2>
  ${byProvider(provider)}
  <div class="dialog-actions"><button type="button" class="quiet" @click=${closeDialog}>Cancel</button></div>`

const OWN_PAGES = { hooks: 'Hooks and webhooks', keys: 'API keys', usage: 'What models were used for' }
const STAFF_PAGES = { 'admin/providers': 'Providers, models, prompts, agents and middleware' }
const ADMIN_PAGES = { 'admin/live': 'The server at the moment', 'admin/jobs': 'Maintenance jobs', 'admin/settings': 'Settings', 'admin/usage': 'What all have used', 'admin/feedback': 'Feedback on answers', 'admin/audit': 'Audit log' }

function pages(app) {
  const memory = app.server.offers.memory ? { memory: 'What agents remember about you' } : {}
  const shown = Object.entries({ ...app.auth.anonymous ? {} : OWN_PAGES, ...memory, ...app.server.isStaff ? STAFF_PAGES : {}, ...app.server.isAdmin ? ADMIN_PAGES : {} })
  return shown.length ? html`<ul class="page-links">${shown.map(([name, words]) => html`<li>${pageLink(app, name, words)}</li>`)}</ul>` : nothing
}

const pageLink = (app, page, words) => html`<a href=${hrefOfPage(page)} @click=${event => toPage(event, app, page)}>${words}</a>`

function toPage(event, app, page) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return closeDialog()
  event.preventDefault()
  closeDialog()
  app.openPage(page)
}

const write = state => event => { state.text = event.target.value }

const byName = state => html`
  <p>This server runs in development mode: a name is enough. Each name has its own chats.</p>
  <label for="user-name">Name</label>
  <input id="user-name" name="user" autocomplete="off" maxlength="64" required pattern="[A-Za-z0-9._@+\\-]+"
    title="Letters, digits and . _ @ + -" .value=${live(state.text)} @input=${write(state)}>
  <label class="check"><input type="checkbox" name="admin" .checked=${live(state.isAdmin)}
    @change=${event => { state.isAdmin = event.target.checked }}> Administrator: may change models, agents and settings, and see what everybody uses</label>`

const byToken = state => html`
  <p>Paste an access token (JWT) for this server. It is kept as a cookie until it ends or you sign out.</p>
  <label for="user-token">Access token</label>
  <input id="user-token" name="token" type="password" autocomplete="off" required aria-describedby="user-error"
    aria-invalid=${state.error ? 'true' : nothing} .value=${live(state.text)} @input=${write(state)}>`
