import { cancelRecall, pauseRecall, resumeRecall, skipRecall } from '../../app/recall-actions.js'
import { leaveFocus } from '../../browser/render.js'
import { html, nothing, repeat } from '../../lib.js'
import { ruleWords } from '../../words/rule-words.js'
import { fullTime, untilWords } from '../../words/times.js'
import * as icons from '../icons.js'
import { openMenu } from '../menu.js'
import { openRecallForm } from '../pages/recall-form.js'

const RECURRING = new Set(['interval', 'cron'])

/** Reminders that are still to come in this chat, the next one first. */
export function recalls(app) {
  const { recalls } = app.chat.view
  if (!recalls.length) return nothing
  const inOrder = recalls.toSorted((a, b) => Date.parse(a.triggerAt) - Date.parse(b.triggerAt))
  return html`
    <section class="recalls" aria-label="Reminders">
      <ul>${repeat(inOrder, recall => recall.recall, recall => html`<li>${chip(app, recall)}</li>`)}</ul>
      ${chainNote(recalls)}
    </section>`
}

/** Why reminders of this chat wait for its reader. */
function chainNote(recalls) {
  const count = recalls.filter(({ pause }) => pause === 'chain').length
  if (!count) return nothing
  return html`
    <p class="archived-note chain-note" role="status">${icons.pause()} <span>${count === 1 ? 'A reminder is paused' : `${count} reminders are paused`}:
      reminders spoke many times in a row and nobody answered. Write a message, and ${count === 1 ? 'it goes' : 'they go'} on.</span></p>`
}

function chip(app, recall) {
  const { text = 'Reminder', kind, status, triggerAt, schedule } = recall
  if (recall.pause === 'call') return callChip(app, recall)
  const isPaused = status === 'paused'
  const rule = ruleWords(schedule)
  return html`
    <button class="recall-chip" aria-haspopup="menu" aria-expanded="false" title="${text} · ${isPaused ? `paused${rule ? `, ${rule}` : ''}` : `${rule ? `${rule}, next ` : ''}${fullTime(triggerAt)}`}"
      @click=${event => openChipMenu(event.currentTarget, app, recall)}>
      ${isPaused ? icons.pause() : RECURRING.has(kind) ? icons.repeats() : icons.clock()}
      <span class="recall-text" dir="auto">${text}</span> ${rule ? html`<span class="recall-rule">${rule}</span>` : nothing}
      ${isPaused ? html`<span class="recall-paused">paused</span>` : html`<time datetime=${triggerAt}>${untilWords(triggerAt)}</time>`}
    </button>`
}

/** A call that goes on in the background; its result comes by itself. */
function callChip(app, { recall: id, text }) {
  const cancel = () => {
    leaveFocus()
    cancelRecall(app, { id, session: app.chat.id, text })
  }
  return html`
    <button class="recall-chip call-chip" aria-haspopup="menu" aria-expanded="false" title=${text}
      @click=${event => openMenu(event.currentTarget, text, [{ label: 'Cancel it', icon: icons.close(), danger: true, run: cancel }])}>
      <span class="spinner" aria-hidden="true"></span> <span class="recall-text" dir="auto">${text}</span>
    </button>`
}

function openChipMenu(button, app, { recall: id, kind, status, text = 'Reminder', schedule, context, target, triggerAt }) {
  const recall = { id, session: app.chat.id, text, schedule, context, target, triggerAt }
  const act = action => () => {
    leaveFocus() // the chip may go
    action(app, recall)
  }
  openMenu(button, text, [
    status === 'paused' ? { label: 'Resume', icon: icons.resume(), run: act(resumeRecall) } : { label: 'Pause', icon: icons.pause(), run: act(pauseRecall) },
    ...RECURRING.has(kind) && status !== 'paused'
      ? [{ label: 'Skip the next time', icon: icons.skip(), run: act(skipRecall) }] : [],
    { label: 'Edit…', icon: icons.edit(), run: () => openRecallForm(app, recall) },
    { label: 'Add another…', icon: icons.plus(), run: () => openRecallForm(app) },
    { label: 'All reminders', icon: icons.bell(), run: () => app.openPage('reminders') },
    null,
    { label: 'Cancel it', icon: icons.close(), danger: true, run: act(cancelRecall) },
  ])
}
