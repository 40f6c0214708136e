import { guard, html, nothing, repeat } from '../lib.js'
import { hasMod, MOD } from '../keys.js'
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
        <button class="icon-button fold-list" aria-label="Hide the list" title="Hide the list (${MOD}+B)" aria-keyshortcuts="Control+B"
          @click=${() => app.foldList(true)}>${icons.list()}</button>
        <button class="icon-button drawer-only" aria-label="Close the list"
          @click=${() => app.set({ drawerOpen: false })}>${icons.close()}</button>
      </div>
      <a class="new-chat" href="#/" aria-keyshortcuts="Control+Shift+O" title="${MOD}+Shift+O"
        @click=${event => newChat(event, app)}>${icons.plus()} New chat</a>
      ${app.offers.search ? searchField(app) : nothing}
      <nav class="session-list" aria-label="Your chats" @keydown=${walk}
        @focusin=${event => stopAt(event, app)} @focusout=${event => stopAt(event, app)}>
        ${guard(shownBy(app), () => app.search.isOn ? results(app) : groups(app))}</nav>
      ${footer(app)}
    </aside>`
}

/** All that the list shows; as long as it is the same, hundreds of rows are left alone while a message is typed. */
function shownBy({ list, search, marks, chat: { id, view }, title, renaming, offers, tabStop }) {
  const minute = Math.floor(Date.now() / 60_000)
  return [list.sessions, list.find(id), title, list.loaded, list.error, list.cursor, search.isOn, search.results, search.cursor, search.error, search.query,
    marks, marks?.revision, id, view.ready, Boolean(view.run), view.interrupts.length > 0, renaming, offers, tabStop, minute]
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

/**
 * The list is one stop of the tab key. Arrows go through it, from its top back to the search, and sideways between a chat
 * and its menu.
 */
function walk(event) {
  const { key, target, currentTarget: list } = event
  const row = target.closest('.session')
  if (!row || hasMod(event) || event.altKey || target.matches('input')) return
  const links = [...list.querySelectorAll('.session a')]
  const at = links.indexOf(row.querySelector('a'))
  const next = {
    ArrowDown: links[at + 1], ArrowUp: links[at - 1] ?? document.getElementById('search'),
    Home: links[0], End: links.at(-1), ArrowRight: row.querySelector('.menu-button'), ArrowLeft: links[at],
  }[key]
  if (!next) return
  event.preventDefault()
  next.focus()
}

/** Who comes back later begins at the open chat again. */
function stopAt({ type, target, relatedTarget, currentTarget }, app) {
  const focused = type === 'focusin' ? target : relatedTarget
  const row = currentTarget.contains(focused) ? focused.closest('.session') : null
  const listStop = row?.dataset.session ?? null
  if (app.listStop !== listStop) app.set({ listStop })
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
      <button class="icon-button" @click=${() => openHelp(app)} aria-label="Keyboard and help" title="Keyboard and help"
        aria-keyshortcuts="?">${icons.help()}</button>
      <button class="icon-button" @click=${toggle} aria-label=${isDark() ? 'Light colours' : 'Dark colours'}
        title=${isDark() ? 'Light colours' : 'Dark colours'}>${isDark() ? icons.sun() : icons.moon()}</button>
    </div>`
}
