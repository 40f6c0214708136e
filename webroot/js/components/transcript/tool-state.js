import { now } from '../../browser/clock.js'
import { lastingOf } from '../../chat/tool-times.js'
import { html, nothing } from '../../lib.js'
import { callWords, lastingWords } from '../../words/times.js'
import * as icons from '../icons.js'

const STATES = {
  running: 'Running', waiting: 'Waiting', decided: 'Decided', done: 'Done', cancelled: 'Cancelled', failed: 'Failed', rejected: 'Not called', unknown: 'Outcome unknown',
}
const GOING_ON = new Set(['running', 'waiting'])
const TOLD_FROM_MS = 2_000 // what runs for less than this is over before anybody asks

/** What its card shows: its state, that its client is to execute it, or that a person has decided about it while others wait. */
export const stateOf = ({ item, pending, rests }) => pending ? 'waiting' : rests ? 'decided' : item.state

/** What a call does, and the time that it took, or takes until now. */
export function toolState(row) {
  const state = stateOf(row)
  const ms = lastingOf(row.item)
  const isAnswered = state === 'done' && row.item.decision?.decision === 'respond'
  return html`
    <span class="tool-state">${mark(state)} ${isAnswered ? 'Answered' : STATES[state]}${ms === undefined ? nothing : html` <span class="tool-time">${callWords(ms)}</span>`}${
      state === 'running' && row.item.progress ? html` <span class="tool-time">${progressWords(row.item.progress)}</span>` : nothing}${
      GOING_ON.has(state) ? html` <running-time class="tool-time" aria-hidden="true" .since=${row.item.at}></running-time>` : nothing}</span>`
}

const progressWords = ({ progress, total, message }) =>
  [total > 0 ? `${Math.min(100, Math.floor(100 * progress / total))} %` : '', message].filter(Boolean).join(' ')

function mark(state) {
  switch (state) {
    case 'running': return html`<span class="spinner" aria-hidden="true"></span>`
    case 'waiting': return icons.clock()
    case 'decided':
    case 'done': return icons.check()
    case 'failed':
    case 'unknown': return icons.warning()
    default: return icons.close()
  }
}

/** How long something has been going on, each second; empty where its beginning is not known. */
export class RunningTime extends HTMLElement {
  since = null
  #timer = null

  connectedCallback() {
    this.#timer = setInterval(() => this.#show(), 1_000)
    this.#show()
  }

  disconnectedCallback() {
    clearInterval(this.#timer)
  }

  #show() {
    const ms = this.since ? now() - this.since : 0
    this.textContent = ms < TOLD_FROM_MS ? '' : lastingWords(ms)
  }
}
