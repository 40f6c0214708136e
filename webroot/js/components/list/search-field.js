import { MOD } from '../../browser/keys.js'
import { html, live, nothing } from '../../lib.js'
import * as icons from '../icons.js'

export function searchField(app) {
  const { search } = app
  const clear = () => {
    search.type('')
    document.getElementById('search')?.focus()
  }
  return html`
    <form class="search" role="search" @submit=${event => event.preventDefault()}>
      ${icons.search()}
      <input id="search" type="search" dir="auto" placeholder="Search" aria-label="Search your chats" autocomplete="off" maxlength="200"
        aria-keyshortcuts="Control+K" .value=${live(search.query)} @input=${event => search.type(event.target.value)}
        @keydown=${event => keys(event, app)}>
      ${search.isOn
        ? html`<button type="button" class="icon-button" aria-label="Clear the search" @click=${clear}>${icons.close()}</button>`
        : html`<kbd aria-hidden="true">${MOD} K</kbd>`}
    </form>
    <p class="off-screen" role="status">${search.results ? found(search) : nothing}</p>`
}

function found({ results: { length }, cursor }) {
  if (cursor) return `The first ${length} chats`
  return length === 1 ? '1 chat found' : `${length || 'No'} chats found`
}

function keys(event, app) {
  const first = document.querySelector('.session a')
  if (event.key === 'Escape' && app.search.isOn) {
    event.stopPropagation()
    event.preventDefault()
    app.search.type('')
  } else if (event.key === 'Escape') {
    event.stopPropagation()
    document.getElementById('message')?.focus()
  } else if (event.key === 'ArrowDown' && first) {
    event.preventDefault()
    first.focus()
  } else if (event.key === 'Enter') {
    event.preventDefault() // the click moves the focus to the message, where the key would become a new line
    first?.click()
  }
}
