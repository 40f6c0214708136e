import { html, nothing } from '../../lib.js'
import * as icons from '../icons.js'
import { openMenu } from '../menu.js'

/** Agents for a new chat and models for a message, of which this person may choose. */
export class Choices {
  #app
  agents = []
  models = []
  agent = null // the one that answers where none is chosen
  model = null // likewise

  constructor(app) {
    this.#app = app
    this.refresh()
  }

  async refresh() {
    const found = await this.#app.api.call('GET', '/choices').catch(() => null) // without it there is nothing to choose
    Object.assign(this, found ?? {})
    this.#app.set({})
  }

  /** The agent of a chat, or the one that was chosen for a new one. */
  agentOf({ view, agent }) {
    const name = view.agent ?? agent ?? this.agent
    return this.agents.find(one => one.name === name)
  }

  titleOf(model) { return this.models.find(({ name }) => name === model)?.title ?? model }
}

/** Whether a model can be chosen for a message of the open chat. */
export function mayChooseModel({ choices: known, chat, server: { offers } }) {
  return Boolean(offers.models && known?.models.length > 1 && (known.agentOf(chat)?.modelChoice ?? true))
}

/** The models by which an answer can be written again. */
export function chooseModel(app, item, button) {
  openMenu(button, 'Answer again with', app.choices.models.map(({ name, title }) => ({
    label: title, icon: icons.repeats(), run: () => app.revision.regenerate(item.run, name),
  })))
}

/** Above the field for a message; nothing where there is nothing to choose. */
export function choices(app) {
  const { chat, server: { offers } } = app
  if (!(offers.agents || offers.models) || chat.missing) return nothing
  app.choices ??= new Choices(app)
  const { agents, models, model } = app.choices
  const agent = app.choices.agentOf(chat)
  const hasAgents = offers.agents && !chat.id && agents.length > 1
  const hasModels = mayChooseModel(app)
  if (!hasAgents && !hasModels) return nothing
  const usual = agent?.model ?? model
  return html`
    <div class="choices">
      ${hasAgents ? html`
        <label>Agent <select id="choose-agent" @change=${event => chat.choose({ agent: event.target.value })}>
          ${agents.map(({ name, title }) => html`<option value=${name} ?selected=${name === agent?.name}>${title}</option>`)}</select></label>` : nothing}
      ${hasModels ? html`
        <label>Model <select id="choose-model" @change=${event => chat.choose({ model: event.target.value || null })}>
          <option value="" ?selected=${!chat.model}>${usual ? app.choices.titleOf(usual) : 'Default'}</option>
          ${models.filter(({ name }) => name !== usual).map(({ name, title }) => html`<option value=${name} ?selected=${name === chat.model}>${title}</option>`)}</select></label>` : nothing}
      ${hasAgents && agent?.description ? html`<span class="choice-about" dir="auto">${agent.description}</span>` : nothing}
    </div>`
}
