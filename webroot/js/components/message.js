import { html, nothing } from '../lib.js'
import { fullTime, shortTime } from '../times.js'
import * as icons from './icons.js'
import '../markdown/markdown-text.js'

/** `last`: nothing more of its run comes below. */
export function message(item, last) {
  return item.role === 'user' ? fromUser(item) : fromAssistant(item, last)
}

const time = ({ at }) => at ? html`<time title=${fullTime(at)}>${shortTime(at)}</time>` : nothing

function fromUser(item) {
  return html`
    <article class="message user" aria-label="You">
      <div class="bubble">${item.text}</div>
      <div class="message-foot">${time(item)}</div>
    </article>`
}

function fromAssistant(item, last) {
  return html`
    <article class="message assistant" aria-label="Answer" aria-busy=${item.open}>
      <markdown-text class="markdown" .source=${item}></markdown-text>
      ${item.open || !last ? nothing : html`
        <div class="message-foot">
          <button class="quiet small copy" data-copy="message" .source=${item.text} aria-label="Copy this answer">
            ${icons.copy()} <span>Copy</span></button>
          ${time(item)}
        </div>`}
    </article>`
}

export function reasoning(item) {
  return html`
    <details class="reasoning ${item.open ? 'alive' : ''}">
      <summary>${icons.chevron()} <span>${item.open ? 'Thinking…' : 'Thoughts'}</span></summary>
      <div class="reasoning-text">${item.text}</div>
    </details>`
}
