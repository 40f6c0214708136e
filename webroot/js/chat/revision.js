import { focusMessage, leaveFocus } from '../browser/render.js'

/** Sends messages of the open chat again, and keeps what somebody writes in one that is taken away meanwhile. */
export class Revision {
  #app

  constructor(app) {
    this.#app = app
  }

  /** Answers the question of that run again, by another model if one is given. */
  async regenerate(run, model) {
    const question = this.#app.chat.questionOf(run)
    if (!question) return
    leaveFocus()
    await this.send(question.id, null, model)
  }

  /** Sends a message of the transcript again, with another text or model if one is given; resolves with whether it succeeded. */
  async send(message, text, model) {
    const app = this.#app
    app.server.hurry()
    app.set({ stick: true, found: null })
    const { revising } = app
    if (revising) revising.sent = true
    const done = await app.attempt(() => app.chat.regenerate(message, text, model))
    if (done) app.set({ revising: null, stick: true })
    else if (revising) revising.sent = false
    return done
  }

  /**
   * What is being changed may be gone, as another tab took it back or its turn came. What was written is not: it goes into
   * the field, where it can be sent.
   */
  rescue() {
    const { chat, editing, revising } = this.#app
    const { ready, queue, items } = chat.view
    if (!ready) return
    const isLost = editing ? !queue.some(({ message }) => message === editing.message)
      : revising && !revising.sent && !items.some(({ id }) => id === revising.message)
    if (!isLost) return
    const { text, before } = editing ?? revising
    const focused = document.activeElement?.closest('.chip.editing, .revising')
    this.#app.set({ editing: null, revising: null })
    if (focused) focusMessage()
    if (text.trim() === before) return
    chat.draft = [chat.draft, text].filter(Boolean).join('\n')
    this.#app.tell('The message that you were changing is not there any more. What you wrote is in the field.')
  }
}
