import { MOD } from '../browser/keys.js'
import { hrefOfDocument } from '../browser/route.js'
import { html } from '../lib.js'
import { closeDialog, openDialog } from './dialog.js'

/** What it does, and one or more combinations of keys; `offers`: what this server can do. */
const groupsFor = offers => [
  ['Message', [
    ['Send', ['Enter']],
    ['New line', ['Shift', 'Enter']],
    ['Change the last message', ['↑']],
  ]],
  ['While an answer is written', [
    ['Queue the message', ['Enter']],
    ...offers.steer ? [['Steer: tell it before its next step', [MOD, 'Enter']]] : [],
    ['Interrupt: stop, and answer this', [MOD, 'Shift', 'Enter']],
    ['Stop; twice while the field has text', ['Esc']],
  ]],
  ['Chats', [
    ['New chat', [MOD, 'Shift', 'O']],
    ...offers.search ? [['Search', [MOD, 'K']]] : [],
    ['Previous and next chat', ['Alt', '↑'], ['Alt', '↓']],
    ...offers.rename ? [['Rename, in the list', ['F2']]] : [],
    ['Hide and show the list', [MOD, 'B']],
    ['Within the list', ['↑'], ['↓'], ['→']],
    ['This help', ['?'], [MOD, '/']],
  ]],
]

export function openHelp({ server: { offers } }) {
  openDialog(html`
    <h2 id="dialog-title">Keyboard</h2>
    <div class="keys">${groupsFor(offers).map(([name, rows]) => html`
      <section><h3>${name}</h3><dl>${rows.map(row)}</dl></section>`)}
    </div>
    <div class="dialog-actions">
      <a class="quiet" href=${hrefOfDocument('page')} @click=${closeDialog}>About this page</a>
      <a class="quiet" href=${hrefOfDocument()} @click=${closeDialog}>All documents</a>
      <button class="primary" @click=${closeDialog}>Done</button>
    </div>`, { wide: true }).querySelector('.primary').focus()
}

const row = ([what, ...combinations]) => html`
  <div><dt>${what}</dt><dd>${combinations.map(keys => html`
    <span>${keys.map(key => html`<kbd>${key}</kbd>`)}</span>`)}</dd></div>`
