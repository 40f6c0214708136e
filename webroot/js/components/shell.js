import { PAGES } from '../app/pages.js'
import { isFolded } from '../browser/fold.js'
import { parts } from '../later.js'
import { html, nothing } from '../lib.js'
import { composer } from './composer/composer.js'
import { documentPage } from './document.js'
import { header } from './header.js'
import * as icons from './icons.js'
import { sidebar } from './list/sidebar.js'
import { notice } from './notice.js'
import { transcript } from './transcript/transcript.js'

const narrow = matchMedia('(max-width: 760px)')

/** The whole page. On a phone the list is a drawer: closed it cannot be reached, open it is all that can. */
export function shell(app, scroll) {
  if (app.person.isSignedOut) return parts.signInPage?.(app) ?? nothing
  const drawer = narrow.matches && app.drawerOpen
  return html`
    <a class="skip-link" href="#message" @click=${skip}>Skip to the message</a>
    <div class="shell">
      <div class="sidebar-holder" ?inert=${narrow.matches ? !app.drawerOpen : isFolded()}>${sidebar(app)}</div>
      ${drawer ? html`<div class="scrim" @click=${() => app.set({ drawerOpen: false })}></div>` : nothing}
      <main class="main ${app.doc ? 'behind' : ''}" ?inert=${drawer || app.doc}>
        ${header(app)}
        ${app.page ? pageHolder(app) : nothing}
        <div class="stage" ?hidden=${app.page}>
          ${transcript(app)}
          ${scroll.away ? html`
            <button class="jump" @click=${() => scroll.toLatest()}>${icons.down()} Jump to newest</button>` : nothing}
        </div>
        <div class="composer-holder" ?hidden=${app.page}>${composer(app)}</div>
      </main>
      ${app.doc ? documentPage(app, drawer) : nothing}
    </div>`
}

/** What stands in the place of the chat, which stays where it is behind it. */
function pageHolder(app) {
  const { field, title, heading = title } = PAGES[app.page]
  return html`
    <section class="page" aria-labelledby="page-title"><div class="column">
      <h2 id="page-title" class="off-screen" tabindex="-1">${heading}</h2>
      ${notice(app)}
      ${app.shownPage.content ? parts.pages[field][1](app) : html`<p class="hint">Reading…</p>`}
    </div></section>`
}

/** The address names the chat, so the link itself goes nowhere. */
function skip(event) {
  event.preventDefault()
  document.getElementById('message')?.focus()
}
