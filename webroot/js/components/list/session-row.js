import { hrefOf } from '../../browser/route.js'
import { later, parts } from '../../later.js'
import { html, nothing } from '../../lib.js'
import { nameOf } from '../../sessions/session-names.js'
import { agoWords, fullTime } from '../../words/times.js'
import * as icons from '../icons.js'
import { snippet } from './snippet.js'

/** A chat in the list, or among what a search found. */
export function sessionRow(app, session) {
  const current = session.id === app.chat.id
  const unread = app.unread.has(session)
  const left = app.expiring.words(session.id)
  const renamed = app.renaming?.place === 'list' && app.renaming.id === session.id
  return html`
    <div class="session ${current ? 'current' : ''} ${unread ? 'unread' : ''}" data-session=${session.id}>
      ${renamed ? parts.titleField(app) : link(app, session, { current, unread, left })}
      ${renamed || left === null ? nothing : html`
        <button class="quiet small keep-button" aria-label="Keep ${nameOf(session)}, which is deleted in ${left}"
          @click=${() => app.expiring.keep(session.id)}>Keep</button>`}
      ${renamed ? nothing : html`
        <button class="icon-button menu-button" tabindex="-1" aria-label="Menu of ${nameOf(session)}" title="More" aria-haspopup="menu"
          aria-expanded="false" @click=${event => later('openSessionMenu')(event.currentTarget, app, session, 'list')}>${icons.more()}</button>`}
    </div>`
}

const forkMark = () => html`<span class="fork-mark" role="img" aria-label="Fork:">${icons.fork()}</span>`

/** The open chat has its name already when the list does not know it yet. The stop of the tab key is set beside this: tab-stop.js. */
function link(app, session, { current, unread, left }) {
  const name = current ? app.title : nameOf(session)
  const time = session.updatedAt ?? session.createdAt
  const running = current && app.chat.view.ready ? Boolean(app.chat.view.run) : session.running
  const waiting = current && app.chat.view.ready ? app.chat.view.interrupts.length > 0 : session.waiting
  return html`
    <a href=${hrefOf(session.id, app.search.results && session.match?.message)} aria-current=${current ? 'page' : nothing} title=${name}
      tabindex="-1"
      @keydown=${event => { if (event.key === 'F2' && app.server.offers.rename) later('beginRename')(app, session, 'list') }}>
      ${app.search.results && session.archived ? html`<span class="row-mark" role="img" aria-label="archived">${icons.archive(14)}</span>` : nothing}
      ${unread ? html`<span class="unread-dot" role="img" aria-label="${session.unread} new"></span>` : nothing}
      <span class="session-words">
        <span class="session-name" dir="auto">${session.metadata?.forkedFrom ? forkMark() : nothing}${name}</span>
        ${app.search.results && session.match ? snippet(session.match.snippet, app.search.query) : nothing}
      </span>
      ${session.muted ? html`<span class="row-mark" role="img" aria-label="muted">${icons.bellOff(14)}</span>` : nothing}
      ${unread && session.unread > 1 ? html`<span class="unread-count" aria-hidden="true">${session.unread}</span>` : nothing}
      ${waiting ? html`<span class="waiting-mark" role="img" aria-label="waits for your decision">${icons.hand()}</span>` : running
        ? html`<span class="running-dot" role="img" aria-label="answering"></span>`
        : left !== null ? html`<span class="expiry" title="Deleted then, unless you keep it"><span class="off-screen">deleted </span>in ${left}</span>`
        : html`<time datetime=${time} title=${fullTime(time)}>${agoWords(time)}</time>`}
    </a>`
}
