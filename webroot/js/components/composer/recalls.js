import { cancelRecall, skipRecall } from '../../app/recall-actions.js'
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
    </section>`
}

function chip(app, recall) {
  const { text = 'Reminder', kind, triggerAt, schedule } = recall
  const rule = ruleWords(schedule)
  return html`
    <button class="recall-chip" aria-haspopup="menu" aria-expanded="false" title="${text} · ${rule ? `${rule}, next ` : ''}${fullTime(triggerAt)}"
      @click=${event => openChipMenu(event.currentTarget, app, recall)}>
      ${RECURRING.has(kind) ? icons.repeats() : icons.clock()}
      <span class="recall-text" dir="auto">${text}</span> ${rule ? html`<span class="recall-rule">${rule}</span>` : nothing}
      <time datetime=${triggerAt}>${untilWords(triggerAt)}</time>
    </button>`
}

function openChipMenu(button, app, { recall: id, kind, text = 'Reminder', schedule, context, triggerAt }) {
  const recall = { id, session: app.chat.id, text, schedule, context, triggerAt }
  const act = action => () => {
    leaveFocus() // the chip may go
    action(app, recall)
  }
  openMenu(button, text, [
    ...RECURRING.has(kind)
      ? [{ label: 'Skip the next time', icon: icons.skip(), run: act(skipRecall) }] : [],
    { label: 'Edit…', icon: icons.edit(), run: () => openRecallForm(app, recall) },
    { label: 'Add another…', icon: icons.plus(), run: () => openRecallForm(app) },
    { label: 'All reminders', icon: icons.bell(), run: () => app.openPage('reminders') },
    null,
    { label: 'Cancel it', icon: icons.close(), danger: true, run: act(cancelRecall) },
  ])
}
