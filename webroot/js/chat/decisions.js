import { say } from '../browser/announcer.js'
import { afterRender } from '../browser/render.js'
import { uuid } from '../client.js'
import { parts } from '../later.js'
import { errorWords } from '../words/words.js'
import { pretty } from './json.js'

const NONE = Object.freeze({ mode: null, text: '', error: null, busy: false })

/** Somebody else, or the time, was faster: the card will show what became of it. */
const OVER = new Set(['conflict', 'not_found'])

/**
 * What a person is about to decide on this page, by the interrupt's id.
 *
 * mode: null (the choices are shown), `edit`, `reject` or `respond`, for which `text` is written
 */
export class Decisions {
  #app
  #drafts = new Map()
  #unknown = new Map() // commands without an answer: the same again is the same command

  constructor(app) {
    this.#app = app
  }

  of(id) {
    return this.#drafts.get(id) ?? NONE
  }

  begin({ id, metadata }, mode) {
    const text = mode === 'edit' ? pretty(metadata.arguments) : ''
    this.#set(id, { ...NONE, mode, text })
    afterRender(() => cardOf(id)?.querySelector('textarea')?.focus())
  }

  /** Not rendered for each key; but an error goes with what it was about. */
  write(id, text) {
    const draft = this.of(id)
    if (draft.error) this.#set(id, { ...draft, text, error: null })
    else draft.text = text
  }

  leave(id) {
    const { mode } = this.of(id)
    this.#set(id, NONE)
    afterRender(() => cardOf(id)?.querySelector(`[data-mode="${mode}"]`)?.focus())
  }

  /** `content`: what was filled in, with `accept`. */
  async decide({ id }, decision, content) {
    const draft = this.of(id)
    if (draft.busy) return
    const { fields, error } = content ? { fields: { content } } : fieldsOf(decision, draft.text.trim())
    if (error) return this.#refuse(id, draft, error)
    const { chat } = this.#app
    this.#set(id, { ...draft, error: null, busy: true })
    try {
      await chat.answer({ ...fields, id: this.#commandId(id, fields), interrupt: id, decision })
      focusNext(id)
    } catch (failure) {
      if (failure.code !== 'timeout') this.#unknown.delete(id)
      if (OVER.has(failure.code)) this.#isOver(id, failure)
      else this.#refuse(id, draft, errorWords(failure))
    }
  }

  #isOver(id, failure) {
    this.#app.tell(errorWords(failure))
    focusNext(id)
  }

  #refuse(id, draft, error) {
    this.#set(id, { ...draft, busy: false, error })
    say(error)
    afterRender(() => cardOf(id)?.querySelector('textarea, input, button')?.focus())
  }

  #commandId(id, fields) {
    const payload = JSON.stringify(fields)
    if (this.#unknown.get(id)?.payload !== payload) this.#unknown.set(id, { payload, command: uuid() })
    return this.#unknown.get(id).command
  }

  /** Until then what was decided stays busy: nobody decides twice. */
  resolved(id) {
    this.#drafts.delete(id)
    this.#unknown.delete(id)
  }

  #set(id, draft) {
    this.#drafts.set(id, draft)
    this.#app.set({})
  }
}

function fieldsOf(decision, text) {
  if (decision === 'edit') {
    const { value, error } = parts.readArguments(text)
    return { fields: { arguments: value }, error }
  }
  if (decision === 'respond' && !text) return { error: 'Write what the agent is to get as the result.' }
  return { fields: decision !== 'approve' && text ? { text } : {} }
}

const cardOf = id => document.querySelector(`[data-interrupt="${CSS.escape(id)}"]`)

/**
 * The card's buttons go; the focus goes to the next that waits, or to the message. Not to its first button: a key that is
 * held too long would decide about that one too.
 */
function focusNext(id) {
  const others = [...document.querySelectorAll('[data-interrupt]')].filter(card => card.dataset.interrupt !== id)
  const focused = document.activeElement
  if (focused !== document.body && !cardOf(id)?.contains(focused)) return
  const target = others[0] ?? document.getElementById('message')
  target?.focus()
}
