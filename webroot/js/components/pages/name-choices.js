import { html, nothing } from '../../lib.js'
import { linesOf, withName } from './catalog-names.js'

/** Adds names to a field with one per line. */
export function nameChoices(form, path, names = []) {
  const current = () => String(form.drafts.get(path) ?? '') // an event may come before the last change is rendered
  const lines = linesOf(current())
  const others = names.filter(name => !lines.includes(name))
  if (form.readOnly || !names.length) return nothing
  const add = event => {
    const { value } = event.target
    event.target.value = ''
    if (value) form.write(path, withName(current(), value))
  }
  return html`
    <select class="add-name" aria-label="Add to ${path}" ?disabled=${!others.length} @change=${add}>
      <option value="">${others.length ? 'Add…' : 'There is no other one'}</option>
      ${others.map(name => html`<option value=${name}>${name}</option>`)}
    </select>`
}
