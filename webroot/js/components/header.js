import { isFolded } from '../browser/fold.js'
import { afterRender } from '../browser/render.js'
import { contextOf, whoAnswers } from '../chat/answered.js'
import { later, parts } from '../later.js'
import { html, nothing } from '../lib.js'
import { connectionWords, countdown } from '../words/words.js'
import * as icons from './icons.js'

const narrow = matchMedia('(max-width: 760px)')

export function header(app) {
  const unread = app.unread.count > 0
  const renamed = app.renaming?.place === 'header'
  return html`
    <header class="topbar">
      <button class="icon-button drawer-only ${unread ? 'unread' : ''}" id="open-drawer"
        @click=${() => openList(app)} aria-label=${unread ? 'Your chats, something new' : 'Your chats'}
        aria-expanded=${app.drawerOpen} aria-controls="sidebar">${icons.menu()}</button>
      <h1 dir="auto" class=${renamed ? 'off-screen' : nothing}>${app.title}</h1>
      ${renamed ? parts.titleField(app) : nothing}
      ${who(app)}
      ${context(app)}
      <span class="topbar-space"></span>
      ${connection(app)}
      ${chatButtons(app)}
    </header>`
}

/** Who answers here. */
function who(app) {
  const { view, missing } = app.chat
  const words = app.page || missing ? '' : whoAnswers(view, app.server.model, name => agentTitle(app, name))
  return words ? html`<span class="who" title="Answers come from ${words}"><span class="off-screen">Answers come from </span>${words}</span>` : nothing
}

/** The agent that every server has needs no mention, unless it was given a title. */
function agentTitle({ choices }, name) {
  const title = choices?.agents.find(agent => agent.name === name)?.title ?? name
  return name === 'default' && title === name ? '' : title
}

/** Told where the model's context has a known size. */
function context(app) {
  const use = app.page || app.chat.missing ? null : contextOf(app.chat.view)
  return use?.percent == null ? nothing
    : html`<meter class="context-use" min="0" max="100" high="80" .value=${use.percent} aria-label=${use.words} title=${use.words}></meter>`
}

function chatButtons(app) {
  const { id, missing } = app.chat
  if (!id || missing) return nothing
  const open = event => later('openSessionMenu')(event.currentTarget, app, { ...app.lists.find(id), id, title: app.title }, 'header')
  return html`
    <button class="icon-button" aria-label="Add a reminder" title="Add a reminder" aria-haspopup="dialog"
      @click=${() => later('openRecallForm')(app)}>${icons.bell()}</button>
    <button class="icon-button" id="chat-menu" aria-label="Menu of this chat" title="More"
      aria-haspopup="menu" aria-expanded="false" @click=${open}>${icons.more()}</button>`
}

/** On a phone it is a drawer, on a desk it may be folded. */
function openList(app) {
  if (isFolded() && !narrow.matches) return app.foldList(false)
  app.set({ drawerOpen: true })
  afterRender(() => document.querySelector('.sidebar .new-chat')?.focus())
}

function connection(app) {
  const { connection, client } = app.server
  const stale = connection.state === 'open' && app.chat.id && !app.chat.missing && !app.chat.view.ready
  return html`
    <div class="connection ${connection.state} ${connection.checking ? 'checking' : ''}">
      <span class="dot" aria-hidden="true"></span>
      <span class="connection-words">${stale ? 'Catching up…' : connectionWords(connection)}<span
        class="countdown">${countdown(connection)}</span></span>
      ${connection.state === 'waiting'
        ? html`<button class="quiet small" @click=${() => client.retryNow()}>Try now</button>` : nothing}
    </div>`
}
