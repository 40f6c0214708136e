import { guard, html, nothing, repeat } from '../lib.js'
import { MOD } from '../keys.js'
import { isDark, toggleTheme } from '../theme.js'
import { dayGroup } from '../times.js'
import { openHelp } from './help-dialog.js'
import { searchField } from './search-field.js'
import { sessionRow } from './session-row.js'
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
      <a class="new-chat" href="#/" aria-keyshortcuts="Control+Shift+O" title="${MOD}+Shift+O"
        @click=${event => newChat(event, app)}>${icons.plus()} New chat</a>
      ${app.offers.search ? searchField(app) : nothing}
      <nav class="session-list" aria-label="Your chats" @keydown=${walk}>
        ${guard(shownBy(app), () => app.search.isOn ? results(app) : groups(app))}</nav>
      ${footer(app)}
    </aside>`
}

/** All that the list shows; as long as it is the same, hundreds of rows are left alone while a message is typed. */
function shownBy({ list, search, marks, chat: { id, view }, title, renaming, offers }) {
  const minute = Math.floor(Date.now() / 60_000)
  return [list.sessions, list.find(id), title, list.loaded, list.error, list.cursor, search.isOn, search.results, search.cursor, search.error, search.query,
    marks, marks?.revision, id, view.ready, Boolean(view.run), view.interrupts.length > 0, renaming, offers, minute]
}

function newChat(event, app) {
  event.preventDefault()
  app.openNew()
}

function results(app) {
  const { results, error, cursor } = app.search
  if (error) return html`<p class="hint">The search did not work. Try again.</p>`
  if (!results) return html`<p class="hint">Searching…</p>`
  if (!results.length) return html`<p class="hint">Nothing found.</p>`
  return html`
    <ul>${repeat(results, row => row.id, row => html`<li>${sessionRow(app, row)}</li>`)}</ul>
    ${cursor ? more(app, app.search) : nothing}`
}

function groups(app) {
  const { rows: sessions, loaded, error, cursor } = app.list
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
      : html`<li>${sessionRow(app, row)}</li>`)}
    </ul>
    ${cursor ? more(app, app.list) : nothing}`
}

const more = (app, list) => html`
  <button class="quiet more" @click=${() => app.attempt(() => list.more())}>Show more</button>`

const unreadable = ({ status }) => status === 401 ? 'Sign in to see your chats.' : 'The list could not be read.'

/** Arrows go through the list, and from its top back to the search. */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!step || event.altKey || !event.target.matches('.session a')) return
  event.preventDefault()
  const links = [...event.currentTarget.querySelectorAll('.session a')]
  const next = links[links.indexOf(event.target) + step]
  if (next) next.focus()
  else if (step < 0) document.getElementById('search').focus()
}

function footer(app) {
  const { user, displayName } = app.auth
  const toggle = () => {
    toggleTheme()
    app.set({})
  }
  return html`
    <div class="sidebar-foot">
      <button class="user-button quiet" @click=${() => openUserDialog(app)} title="Sign in as somebody else">
        <span class="avatar" aria-hidden="true">${user ? [...displayName][0].toUpperCase() : '?'}</span>
        <span class="user-name"><small>${user ? 'Signed in as ' : 'Signed out '}</small>${displayName ?? 'Sign in…'}</span>
      </button>
      <button class="icon-button" @click=${() => openHelp(app)} aria-label="Keyboard and help" title="Keyboard and help"
        aria-keyshortcuts="?">${icons.help()}</button>
      <button class="icon-button" @click=${toggle} aria-label=${isDark() ? 'Light colours' : 'Dark colours'}
        title=${isDark() ? 'Light colours' : 'Dark colours'}>${isDark() ? icons.sun() : icons.moon()}</button>
    </div>`
}
