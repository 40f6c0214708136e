import { afterRender } from '../../browser/render.js'
import { html, nothing } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import * as icons from '../icons.js'

/** Where a chat was changed: which version is shown from here on, and the way to the others. */
export function versionSwitch(app, { after, number, total }) {
  const step = by => async () => {
    await app.attempt(() => app.chat.versions.step({ after, number }, by))
    afterRender(() => focusSwitch(by))
  }
  const button = (by, label, icon, disabled) => html`
    <button class="icon-button action" data-step=${by} aria-label=${label} title=${label} ?disabled=${disabled} @click=${step(by)}>${icon}</button>`
  return html`
    <span class="versions" role="group" aria-label="Versions">
      ${button(-1, 'Earlier version', icons.back(), number <= 1)}
      <span class="version-number">${number}/${total}</span>
      ${button(1, 'Later version', icons.chevron(), number >= total)}
    </span>`
}

/** The message with the button has gone with its version; another stands in its place. */
function focusSwitch(by) {
  if (document.activeElement !== document.body) return
  const all = [...document.querySelectorAll('.versions')].at(-1)
  const wanted = all?.querySelector(`[data-step="${by}"]:not(:disabled)`) ?? all?.querySelector('button:not(:disabled)')
  wanted?.focus({ preventScroll: true })
}

/** Above the message field while an earlier version is shown: it is for reading, and can be continued as a chat of its own. */
export function versionBar(app) {
  const { shown } = app.chat.versions
  if (!shown) return nothing
  return html`
    <div class="version-bar" role="status">
      <span>${icons.clock()} An earlier version, replaced on ${fullTime(shown.at)}.</span>
      <span class="version-actions">${app.server.offers.fork && shown.last ? html`
        <button class="quiet small" title="Go on from this version in a new chat" @click=${() => app.fork(shown.last)}>Restore</button>` : nothing}
      <button class="quiet small" @click=${() => app.chat.versions.show(null)}>Back to now</button></span>
    </div>`
}
