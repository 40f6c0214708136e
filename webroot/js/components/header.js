import { html, nothing } from '../lib.js'
import { afterRender } from '../render.js'
import { connectionWords, countdown } from '../words.js'
import * as icons from './icons.js'

export function header(app) {
  const unread = app.list.sessions.some(session => app.isUnread(session))
  return html`
    <header class="topbar">
      <button class="icon-button drawer-only ${unread ? 'unread' : ''}" id="open-drawer"
        @click=${() => openDrawer(app)} aria-label=${unread ? 'Your chats, something new' : 'Your chats'}
        aria-expanded=${app.drawerOpen} aria-controls="sidebar">${icons.menu()}</button>
      <h1>${app.title}</h1>
      ${connection(app)}
    </header>`
}

function openDrawer(app) {
  app.set({ drawerOpen: true })
  afterRender(() => document.querySelector('.sidebar .new-chat')?.focus())
}

function connection(app) {
  const { connection, client } = app
  const stale = connection.state === 'open' && app.chat.id && !app.chat.missing && !app.chat.view.ready
  return html`
    <div class="connection ${connection.state}">
      <span class="dot" aria-hidden="true"></span>
      <span>${stale ? 'Catching up…' : connectionWords(connection)}<span
        class="countdown">${countdown(connection)}</span></span>
      ${connection.state === 'waiting'
        ? html`<button class="quiet small" @click=${() => client.retryNow()}>Try now</button>` : nothing}
    </div>`
}
