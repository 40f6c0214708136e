import { isFolded } from '../fold.js'
import { html, nothing } from '../lib.js'
import { composer } from './composer.js'
import { header } from './header.js'
import { sidebar } from './sidebar.js'
import { transcript } from './transcript.js'
import * as icons from './icons.js'

const narrow = matchMedia('(max-width: 760px)')

/** The whole page. On a phone the list is a drawer: closed it cannot be reached, open it is all that can. */
export function shell(app, scroll) {
  const drawer = narrow.matches && app.drawerOpen
  return html`
    <a class="skip-link" href="#message" @click=${skip}>Skip to the message</a>
    <div class="shell">
      <div class="sidebar-holder" ?inert=${narrow.matches ? !app.drawerOpen : isFolded()}>${sidebar(app)}</div>
      ${drawer ? html`<div class="scrim" @click=${() => app.set({ drawerOpen: false })}></div>` : nothing}
      <main class="main" ?inert=${drawer}>
        ${header(app)}
        <div class="stage">
          ${transcript(app)}
          ${scroll.away ? html`
            <button class="jump" @click=${() => scroll.toLatest()}>${icons.down()} Jump to newest</button>` : nothing}
        </div>
        ${composer(app)}
      </main>
    </div>`
}

/** The address names the chat, so the link itself goes nowhere. */
function skip(event) {
  event.preventDefault()
  document.getElementById('message')?.focus()
}
