import { say } from '../../browser/announcer.js'
import { html, nothing } from '../../lib.js'
import { errorWords } from '../../words/words.js'
import * as icons from '../icons.js'

/** Checks of models, by name: whether they answer, and if not, why. */
export class ModelChecks {
  #app
  #found = new Map() // { running } or { works, reason, text, said, ms }

  constructor(app) {
    this.#app = app
  }

  of(name) { return this.#found.get(name) }

  async run(name) {
    this.#set(name, { running: true })
    say(`Asking ${name}…`)
    const result = await this.#app.api.call('POST', `/models/${encodeURIComponent(name)}/check`)
      .catch(error => ({ works: false, text: errorWords(error) }))
    this.#set(name, result)
    say(result.text)
  }

  #set(name, result) {
    this.#found.set(name, result)
    this.#app.set({})
  }
}

export const checkButton = (checks, name) => html`
  <button class="quiet small" aria-label="Check ${name}" title="Asks the model for one word" ?disabled=${checks.of(name)?.running}
    @click=${() => checks.run(name)}>Check</button>`

/** What came out, beside the model. */
export function checkResult(checks, name) {
  const found = checks.of(name)
  if (!found) return nothing
  if (found.running) return html`<p class="model-check">Asking the model…</p>`
  const { works, text, said, ms } = found
  return html`
    <p class="model-check ${works ? 'works' : 'fails'}">${works ? icons.check() : icons.warning()} ${text}${works ? html` <span class="ms">${ms} ms</span>` : nothing}
      ${said ? html`<span class="said">The provider said: <q dir="auto">${said}</q></span>` : nothing}</p>`
}
