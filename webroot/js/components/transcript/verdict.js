import { html, nothing } from '../../lib.js'

const WORDS = {
  lost: 'Some text was lost when the server restarted',
  goesOn: 'The server was restarted; the answer goes on from its last step',
  ahead: 'The server went back to an earlier state',
  trimmed: 'You were away for long; everything was read anew',
}

export const GOES_ON = { kind: 'goesOn' }

/** Where reading went on in another way than by the missing events: one quiet line, because readers should know. */
export const verdictLine = verdict => verdict ? html`
  <p class="verdict ${verdict.kind}"><span>${WORDS[verdict.kind]}</span></p>` : nothing
