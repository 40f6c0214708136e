import { hasMod, MOD } from '../../browser/keys.js'
import { afterRender } from '../../browser/render.js'
import { hrefOfPage } from '../../browser/route.js'
import { isDark, toggleTheme } from '../../browser/theme.js'
import { later, parts } from '../../later.js'
import { guard, html, nothing, repeat } from '../../lib.js'
import { dayGroup } from '../../words/times.js'
import * as icons from '../icons.js'
import { notice } from '../notice.js'
import { searchField } from './search-field.js'
import { sessionRow } from './session-row.js'
import { stopAt } from './tab-stop.js'

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
      ${app.server.offers.search ? searchField(app) : nothing}
      <a class="nav-link" href=${hrefOfPage('reminders')} aria-current=${app.page === 'reminders' ? 'page' : nothing}
        @click=${event => showReminders(event, app)}>${icons.bell()} Reminders</a>
      ${listHead(app)}
      <nav class="session-list" aria-label=${app.lists.showsArchive ? 'Archived chats' : 'Your chats'}
        @keydown=${event => app.picking ? parts.pickKeys(event, app) : walk(event)}
        @focusin=${event => stopAt(event, app)} @focusout=${event => stopAt(event, app)}>
        ${guard(shownBy(app), () => app.search.isOn ? results(app) : groups(app))}</nav>
      ${app.picking ? parts.pickBar(app) : nothing}
      ${app.drawerOpen ? notice(app) : nothing}
      ${footer(app)}
    </aside>`
}

/** All that the list shows; as long as it is the same, hundreds of rows are left alone while a message is typed. */
function shownBy({ lists, picking, expiring, search, unread: { isLookedAt }, chat: { id, view }, title, renaming, server: { offers } }) {
  const { shown: list } = lists
  const minute = Math.floor(Date.now() / 60_000)
  return [list, list.sessions, list.find(id), title, list.loaded, list.error, list.cursor, search.isOn, search.results, search.cursor, search.error, search.query,
    isLookedAt, id, view.ready, Boolean(view.run), view.interrupts.length > 0, renaming, offers, picking, picking && [...picking.ids].join(), minute, expiring.tick]
}

function showReminders(event, app) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  app.openPage('reminders')
}

/** Which list it is, the way to the other one, and how several are chosen. */
function listHead(app) {
  if (!app.server.offers.arrange) return nothing
  const { lists: { showsArchive }, search } = app
  const other = showsArchive ? 'Back to your chats' : 'Archived chats'
  const show = () => {
    app.lists.showArchive(!showsArchive)
    afterRender(() => document.getElementById('other-list')?.focus())
  }
  return html`
    <div class="list-head">
      ${showsArchive ? html`<button class="icon-button" id="other-list" aria-label=${other} title=${other} @click=${show}>${icons.back()}</button>` : nothing}
      <h2>${search.isOn ? 'Found' : showsArchive ? 'Archived' : 'Chats'}</h2>
      ${search.isOn || app.picking ? nothing : html`
        <button class="icon-button" id="pick-chats" aria-label="Select chats" title="Select chats"
          @click=${() => app.pick()}>${icons.pick()}</button>`}
      ${showsArchive ? nothing : html`<button class="icon-button" id="other-list" aria-label=${other} title=${other} @click=${show}>${icons.archive()}</button>`}
    </div>`
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
  const { rows: sessions, loaded, error, cursor, archived } = app.lists.shown
  if (!loaded) return html`<p class="hint">${error ? unreadable(error) : 'Reading the list…'}</p>`
  if (!sessions.length) return html`<p class="hint">${archived ? 'Nothing is archived.' : 'Your chats will be here.'}</p>`
  const rows = []
  let group = null
  for (const session of sessions) {
    const name = session.pinned ? 'Pinned' : dayGroup(session.updatedAt ?? session.createdAt)
    if (name !== group) rows.push({ heading: group = name, id: `heading ${name}` })
    rows.push(session)
  }
  return html`
    <ul>${repeat(rows, row => row.id, row => row.heading
      ? html`<li class="day">${row.heading}</li>`
      : html`<li>${app.picking ? parts.pickRow(app, row) : sessionRow(app, row)}</li>`)}
    </ul>
    ${cursor ? more(app, app.lists.shown) : nothing}`
}

const more = (app, list) => html`
  <button class="quiet more" @click=${() => app.attempt(() => list.more())}>Show more</button>`

const unreadable = ({ status }) => status === 401 ? 'Sign in to see your chats.' : 'The list could not be read.'

/**
 * The list is one stop of the tab key. Arrows go through it, from its top back to the search, and sideways between a chat
 * and its buttons.
 */
function walk(event) {
  const { key, target, currentTarget: list } = event
  const row = target.closest('.session')
  if (!row || hasMod(event) || event.altKey || target.matches('input')) return
  const links = [...list.querySelectorAll('.session a')]
  const at = links.indexOf(row.querySelector('a'))
  const stops = [...row.querySelectorAll('a, button')]
  const next = {
    ArrowDown: links[at + 1], ArrowUp: links[at - 1] ?? document.getElementById('search'),
    Home: links[0], End: links.at(-1), ArrowRight: stops[stops.indexOf(target) + 1], ArrowLeft: stops[stops.indexOf(target) - 1],
  }[key]
  if (!next) return
  event.preventDefault()
  next.focus()
}

function footer(app) {
  const { user, displayName, anonymous } = app.auth
  const isIn = user && !anonymous
  const toggle = () => {
    toggleTheme()
    app.set({})
  }
  return html`
    <div class="sidebar-foot">
      <button class="user-button quiet" @click=${() => later('openUserDialog')(app)} title="Sign in as somebody else">
        <span class="avatar" aria-hidden="true">${isIn ? [...displayName][0].toUpperCase() : '?'}</span>
        <span class="user-name"><small>${isIn ? 'Signed in as ' : anonymous ? 'Visitor ' : 'Signed out '}</small>${isIn ? displayName : 'Sign in…'}</span>
      </button>
      <button class="icon-button" @click=${() => later('openNotifyDialog')(app)} aria-label="Notifications" title="Notifications"
        aria-haspopup="dialog">${icons.bell()}</button>
      <button class="icon-button" @click=${() => later('openHelp')(app)} aria-label="Keyboard and help" title="Keyboard and help"
        aria-keyshortcuts="?">${icons.help()}</button>
      <button class="icon-button" @click=${toggle} aria-label=${isDark() ? 'Light colours' : 'Dark colours'}
        title=${isDark() ? 'Light colours' : 'Dark colours'}>${isDark() ? icons.sun() : icons.moon()}</button>
    </div>`
}
