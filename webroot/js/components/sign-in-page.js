import { hrefHere } from '../browser/route.js'
import { html, live, nothing } from '../lib.js'
import { errorWords, finalWords, signInErrorWords } from '../words/words.js'
import * as icons from './icons.js'

/** What is being written; there is one such page. */
const state = { text: '', error: null, busy: false }

/** In place of the whole page, as long as nobody is signed in. */
export function signInPage(app) {
  const { auth, server: { connection, client } } = app
  const { provider, token } = auth
  const said = auth.error ? signInErrorWords(auth.error) : auth.reason ?? (token ? 'The server does not accept your token.' : null)
  return html`
    <main class="sign-in" aria-labelledby="sign-in-title">
      <div class="sign-in-card">
        ${icons.logo(34)}
        <h1 id="sign-in-title">Sign in to Reprise</h1>
        <p class="form-error" role="alert">${said ?? (connection.code === 4500 ? nothing : finalWords(connection))}</p>
        ${provider ? byProvider(provider) : byToken(app)}
        ${token ? html`<button class="quiet" @click=${() => client.start()}>Try again</button>` : nothing}
      </div>
    </main>`
}

export const byProvider = ({ name, url }) => html`
  <p class="hint">You go to ${name || 'your identity provider'} and come back to where you were.</p>
  <a class="primary" id="sign-in" href=${`${url}?return=${encodeURIComponent(hrefHere())}`}>Sign in${name ? ` with ${name}` : ''}</a>`

function byToken(app) {
  const submit = async event => {
    event.preventDefault()
    const field = event.target.querySelector('input')
    const given = state.text.trim()
    if (!given) return
    Object.assign(state, { error: null, busy: true })
    app.set({})
    try {
      await app.person.signIn(given)
      Object.assign(state, { text: '', busy: false })
    } catch (failure) {
      Object.assign(state, { error: errorWords(failure), busy: false })
      field.select()
    }
    app.set({})
  }
  return html`
    <p class="hint">Paste an access token (JWT) for this server. It is kept as a cookie until it ends or you sign out.
      Who runs the server can make one with <code>scripts/run --token NAME</code>, or set up sign-in with an identity
      provider (<code>auth.oidc</code>).</p>
    <form @submit=${submit}>
      <label for="token">Access token</label>
      <input id="token" name="token" type="password" autocomplete="off" required aria-describedby="token-error"
        aria-invalid=${state.error ? 'true' : nothing} .value=${live(state.text)} @input=${event => { state.text = event.target.value }}>
      <p class="form-error" id="token-error" role="alert">${state.error}</p>
      <button type="submit" class="primary" ?disabled=${state.busy}>Sign in</button>
    </form>`
}
