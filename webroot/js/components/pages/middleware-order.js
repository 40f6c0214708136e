import { afterRender } from '../../browser/render.js'
import { html, nothing, repeat } from '../../lib.js'
import * as icons from '../icons.js'

const HIGHEST = 100
const USUAL = 50

/** What an agent names, outermost first: [{ name, own, usual, priority }]; `own` only if it has another place here than usual. */
export function usesOf(draft, usualOf) {
  const uses = draft.split('\n').map(line => line.trim()).filter(Boolean).map(line => {
    const [name, own] = line.split('@')
    const usual = usualOf(name)
    return { name, own: own && Number(own), usual, priority: own ? Number(own) : usual }
  })
  return uses.sort(inOrder)
}

const inOrder = (a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1)

/** The lines of these uses after one was moved: with the fewest priorities of their own, or all of them where there is no room. */
export function moved(uses, from, to) {
  const order = uses.toSpliced(from, 1).toSpliced(to, 0, uses[from])
  const { name, usual } = uses[from]
  const [before, after] = [order[to - 1], order[to + 1]]
  const least = before ? before.priority + (before.name < name ? 0 : 1) : 1
  const most = after ? after.priority - (name < after.name ? 0 : 1) : HIGHEST
  if (least > most) return order.map((use, i) => `${use.name}@${Math.round((i + 1) * HIGHEST / (order.length + 1))}`)
  const place = usual >= least && usual <= most ? usual : Math.round((least + most) / 2)
  return order.map(use => use.name === name ? lineOf({ ...use, priority: place }) : lineOf(use))
}

const lineOf = ({ name, usual, priority }) => priority === usual ? name : `${name}@${priority}`

/** The field with what runs around the steps of an agent: put in order by dragging, or by its buttons. */
export function middlewareOrder(form, path, entries) {
  const usualOf = name => {
    const entry = entries.middleware.find(one => one.name === name)
    return entry?.settings.priority ?? form.schemas.middleware[entry?.settings.type]?.properties.priority.default ?? USUAL
  }
  const current = () => usesOf(form.drafts.get(path) ?? '', usualOf) // an event may come before the last change is rendered
  const uses = current()
  const others = entries.middleware.filter(({ name }) => !uses.some(use => use.name === name))
  const write = lines => form.write(path, lines.join('\n'))
  const move = (name, to) => {
    const now = current()
    const from = now.findIndex(use => use.name === name)
    if (from < 0 || to < 0 || to >= now.length || from === to) return
    write(moved(now, from, to))
    const does = to > from ? 'later' : 'earlier'
    afterRender(() => {
      const item = document.querySelector(`[data-use="${CSS.escape(name)}"]`)
      const button = item?.querySelector(`[data-does="${does}"]:not([disabled])`) ?? item?.querySelector('button:not([disabled])')
      button?.focus()
    })
  }
  const add = event => {
    if (event.target.value) write([...current().map(lineOf), event.target.value])
    event.target.value = ''
  }
  const remove = name => write(current().filter(use => use.name !== name).map(lineOf))
  const dropped = (event, to) => {
    event.preventDefault()
    move(event.dataTransfer.getData('text/x-use'), to)
  }
  return html`
    <div class="uses">
      ${uses.length ? html`<ol>${repeat(uses, ({ name }) => name, ({ name, own, priority }, i) => html`
        <li data-use=${name} draggable=${!form.readOnly} @dragstart=${event => event.dataTransfer.setData('text/x-use', name)}
          @dragover=${event => event.preventDefault()} @drop=${event => dropped(event, i)}>
          <span class="use-name" dir="auto">${name}</span> <span class="hint">priority ${priority}${own ? ' for this agent' : ''}</span>
          ${form.readOnly ? nothing : html`
            <button type="button" class="quiet small" data-does="earlier" aria-label="Move ${name} outwards" ?disabled=${i === 0} @click=${() => move(name, i - 1)}>↑</button>
            <button type="button" class="quiet small" data-does="later" aria-label="Move ${name} inwards" ?disabled=${i === uses.length - 1} @click=${() => move(name, i + 1)}>↓</button>
            <button type="button" class="quiet small" aria-label="Remove ${name}" @click=${() => remove(name)}>${icons.close()}</button>`}
        </li>`)}</ol>` : html`<p class="hint">None.</p>`}
      ${form.readOnly ? nothing : html`
        <select id="of-${path}" aria-describedby="about-${path}" ?disabled=${!others.length} @change=${add}>
          <option value="">${others.length ? 'Add…' : 'There is no other one'}</option>
          ${others.map(({ name, settings }) => html`<option value=${name}>${name} (${settings.type})</option>`)}
        </select>`}
    </div>`
}
