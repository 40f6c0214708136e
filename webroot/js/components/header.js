import { html, nothing } from '../lib.js'
import { connectionWords } from '../words.js'
import * as icons from './icons.js'

export function header(app) {
  return html`
    <header class="topbar">
      <button class="icon-button drawer-only" id="open-drawer" @click=${() => openDrawer(app)} aria-label="Your chats"
        aria-expanded=${app.drawerOpen} aria-controls="sidebar">${icons.menu()}</button>
      <h1>${app.title}</h1>
      ${connection(app)}
    </header>`
}

function openDrawer(app) {
  app.set({ drawerOpen: true })
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector('.sidebar .new-chat')?.focus()))
}

function connection(app) {
  const { connection, client } = app
  const stale = connection.state === 'open' && app.chat.id && !app.chat.missing && !app.chat.view.ready
  return html`
    <div class="connection ${connection.state}">
      <span class="dot" aria-hidden="true"></span>
      <span>${stale ? 'Catching up…' : connectionWords(connection, Date.now())}</span>
      ${connection.state === 'waiting'
        ? html`<button class="quiet small" @click=${() => client.retryNow()}>Try now</button>` : nothing}
    </div>`
}
