import { html, nothing, repeat } from '../lib.js'
import { hrefOf } from '../route.js'
import { isDark, toggleTheme } from '../theme.js'
import { agoWords, dayGroup, fullTime } from '../times.js'
import { firstWords } from '../words.js'
import { afterRender } from '../render.js'
import { openUserDialog } from './user-dialog.js'
import * as icons from './icons.js'

export function sidebar(app) {
  return html`
    <aside class="sidebar ${app.drawerOpen ? 'open' : ''}" id="sidebar" aria-label="Chats">
      <div class="sidebar-top">
        <a class="brand" href="#/" aria-label="Reprise, new chat">${icons.logo()}<span>Reprise</span></a>
        <button class="icon-button drawer-only" aria-label="Close the list"
          @click=${() => app.set({ drawerOpen: false })}>${icons.close()}</button>
      </div>
      <a class="new-chat" href="#/" aria-keyshortcuts="Control+Shift+O" title="Ctrl+Shift+O"
        @click=${event => newChat(event, app)}>${icons.plus()} New chat</a>
      <nav class="session-list" aria-label="Your chats">${groups(app)}</nav>
      ${footer(app)}
    </aside>`
}

function newChat(event, app) {
  event.preventDefault()
  app.openNew()
}

function groups(app) {
  const { sessions, loaded, error, cursor } = app.list
  if (!loaded) return html`<p class="hint">${error ? unreadable(error) : 'Reading the list…'}</p>`
  if (!sessions.length) return html`<p class="hint">Your chats will be here.</p>`
  const rows = []
  let group = null
  for (const session of sessions) {
    const name = dayGroup(session.updatedAt ?? session.createdAt)
    if (name !== group) rows.push({ heading: group = name, id: `heading ${name}` })
    rows.push(session)
  }
  return html`
    <ul>${repeat(rows, row => row.id, row => row.heading
      ? html`<li class="day">${row.heading}</li>`
      : html`<li>${app.deleting === row.id ? confirmation(app, row) : entry(app, row)}</li>`)}
    </ul>
    ${cursor ? html`
      <button class="quiet more" @click=${() => app.attempt(() => app.list.more())}>Show more</button>` : nothing}`
}

const unreadable = ({ status }) => status === 401 ? 'Sign in to see your chats.' : 'The list could not be read.'

const nameOf = session => session.title || firstWords(session.preview || '') || 'New chat'

function entry(app, session) {
  const time = session.updatedAt ?? session.createdAt
  const current = session.id === app.chat.id
  const running = current && app.chat.view.ready ? Boolean(app.chat.view.run) : session.running
  const unread = app.isUnread(session)
  return html`
    <div class="session ${current ? 'current' : ''} ${unread ? 'unread' : ''}">
      <a href=${hrefOf(session.id)} aria-current=${current ? 'page' : nothing} title=${nameOf(session)}>
        ${unread ? html`<span class="unread-dot" role="img" aria-label="new"></span>` : nothing}
        <span class="session-name">${nameOf(session)}</span>
        ${running
          ? html`<span class="running-dot" role="img" aria-label="answering"></span>`
          : html`<time datetime=${time} title=${fullTime(time)}>${agoWords(time)}</time>`}
      </a>
      <button class="icon-button delete" aria-label="Delete ${nameOf(session)}" title="Delete"
        @click=${event => askDelete(event, app, session)}>${icons.trash()}</button>
    </div>`
}

function askDelete(event, app, session) {
  const row = event.currentTarget.closest('li')
  app.set({ deleting: session.id })
  afterRender(() => row.querySelector('.danger')?.focus())
}

function confirmation(app, session) {
  const keep = event => {
    const row = event.currentTarget.closest('li')
    app.set({ deleting: null })
    afterRender(() => row.querySelector('.delete')?.focus())
  }
  const remove = async () => {
    await app.remove(session.id)
    document.querySelector('.new-chat').focus()
  }
  return html`
    <div class="session confirm" role="group" aria-label="Delete ${nameOf(session)}?"
      @keydown=${event => { if (event.key === 'Escape') { event.stopPropagation(); keep(event) } }}>
      <span>Delete it?</span>
      <button class="danger small" @click=${remove}>Delete</button>
      <button class="quiet small" @click=${keep}>Keep</button>
    </div>`
}

function footer(app) {
  const { user } = app.auth
  const toggle = () => {
    toggleTheme()
    app.set({})
  }
  return html`
    <div class="sidebar-foot">
      <button class="user-button quiet" @click=${() => openUserDialog(app)} title="Sign in as somebody else">
        <span class="avatar" aria-hidden="true">${user ? [...user][0].toUpperCase() : '?'}</span>
        <span class="user-name"><small>${user ? 'Signed in as ' : 'Signed out '}</small>${user ?? 'Sign in…'}</span>
      </button>
      <button class="icon-button" @click=${toggle} aria-label=${isDark() ? 'Light colours' : 'Dark colours'}
        title=${isDark() ? 'Light colours' : 'Dark colours'}>${isDark() ? icons.sun() : icons.moon()}</button>
    </div>`
}
