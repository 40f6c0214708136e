import { MOD } from '../../browser/keys.js'
import { html } from '../../lib.js'

/** What can become of a message that is written while an answer is. */
export const CHOICES = [
  { onBusy: 'queue', name: 'Queue', keys: ['Enter'], title: 'It waits until the answer has ended' },
  { onBusy: 'steer', name: 'Steer', keys: [MOD, 'Enter'], title: 'The answer goes on, and takes it into account at its next step' },
  { onBusy: 'interrupt', name: 'Interrupt', keys: [MOD, 'Shift', 'Enter'], title: 'The answer stops where it is, and this one is answered' },
]

const DROP = { title: 'What waits for you is dropped, and this one is answered' }

/** Where a person is to decide nothing is under way that could be steered. */
const canSteer = ({ server: { offers }, chat }) => offers.steer && !chat.view.interrupts.length

/** By the keys that send: see CHOICES. Without a running answer all of them just send. */
export function choiceOf({ shiftKey }, withMod, app) {
  if (!withMod) return 'queue'
  if (shiftKey) return 'interrupt'
  return canSteer(app) ? 'steer' : 'queue'
}

export function busyChoice(app, submit) {
  const waits = app.chat.view.interrupts.length > 0
  const choices = CHOICES.filter(({ onBusy }) => canSteer(app) || onBusy !== 'steer')
    .map(choice => waits && choice.onBusy === 'interrupt' ? { ...choice, ...DROP } : choice)
  return html`
    <div class="busy-choice" id="composer-hint" role="group" aria-label="What becomes of your message">
      ${choices.map(({ onBusy, name, keys, title }) => html`
        <button class="quiet small" title=${title} @click=${() => submit(onBusy)}>${name}
          <span class="choice-keys" aria-hidden="true">${keys.map(key => html`<kbd>${key}</kbd>`)}</span></button>`)}
    </div>`
}
