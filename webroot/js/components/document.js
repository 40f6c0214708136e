import { hrefOf, hrefOfDocument } from '../browser/route.js'
import { html, nothing } from '../lib.js'
import * as icons from './icons.js'

/** A document, over the chat, which stays as it is behind it. */
export function documentPage(app, drawer) {
  const { doc, chat } = app
  return html`
    <main class="document-page" ?inert=${drawer}>
      <header class="topbar">
        <a class="quiet document-back" href=${hrefOf(chat.id)}>${icons.chevron()} Back to the chat</a>
        <span class="topbar-space"></span>
        ${doc.name ? html`<a class="quiet" href=${hrefOfDocument()}>All documents</a>` : nothing}
      </header>
      ${app.notice ? html`<p class="notice">${app.notice.text}</p>` : nothing}
      <document-view class="document" .place=${doc} @titled=${event => app.set({ docTitle: event.detail })}></document-view>
    </main>`
}
