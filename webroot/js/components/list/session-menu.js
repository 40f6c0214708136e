import { afterRender } from '../../browser/render.js'
import { later, loadPages } from '../../later.js'
import { arrange, askClear, askDelete, beginRename, exportChat, summarise } from '../../sessions/session-actions.js'
import { nameOf } from '../../sessions/session-names.js'
import * as icons from '../icons.js'
import { openMenu } from '../menu.js'

/** The menu of a chat, at its button; `place`: `list` or `header`, where the button is. */
export function openSessionMenu(button, app, session, place) {
  const { offers } = app.server
  const { pinned = false, archived = false, muted = false } = session
  const set = (change, label, icon) => offers.arrange && { label, icon, run: () => moved(app, session, change, place) }
  const pin = set({ pinned: !pinned }, pinned ? 'Unpin' : 'Pin', icons.pin())
  const mute = set({ muted: !muted }, muted ? 'Unmute' : 'Mute', muted ? icons.bell() : icons.bellOff())
  const archive = set({ archived: !archived }, archived ? 'Unarchive' : 'Archive', icons.archive())
  const select = place === 'list' && !app.search.isOn && { label: 'Select…', icon: icons.check(), run: () => app.pick(session.id) }
  const name = offers.rename && { label: 'Rename', icon: icons.edit(), run: () => beginRename(app, session, place) }
  const files = offers.export ? ['markdown', 'json'].map(format => exportItem(app, session, format)) : []
  const hook = offers.hooks && { label: 'Add a hook…', icon: icons.hook(), run: () => later('openHookForm', loadPages)(app, { session, done: () => app.hooks?.refresh() }) }
  const compact = { label: 'Summarise now', icon: icons.repeats(), run: () => summarise(app, session) }
  const usage = { label: 'Usage', icon: icons.clock(), run: () => later('openSessionUsage', loadPages)(app, session) }
  const clear = offers.clear && { label: 'Clear…', icon: icons.broom(), run: () => askClear(app, session) }
  const remove = { label: 'Delete…', icon: icons.trash(), danger: true, run: () => askDelete(app, session) }
  const harmless = [pin, mute, name, archive, select, ...files, compact, usage, hook].filter(Boolean)
  openMenu(button, nameOf(session), [
    ...harmless, ...harmless.length ? [null] : [], ...[clear, remove].filter(Boolean),
  ])
}

/** The row goes elsewhere, and the focus with it; where it is gone, to its neighbour. */
function moved(app, session, change, place) {
  const links = [...document.querySelectorAll('.session a')]
  const own = `[data-session="${CSS.escape(session.id)}"] a`
  const at = links.findIndex(link => link.matches(own))
  const near = links[at + 1] ?? links[at - 1]
  arrange(app, [session], change)
  if (place !== 'list') return
  afterRender(() => (document.querySelector(own) ?? (near?.isConnected ? near : document.querySelector('.new-chat'))).focus())
}

const exportItem = (app, session, format) => ({
  label: `Export as ${format === 'json' ? 'JSON' : 'Markdown'}`, icon: icons.download(),
  run: () => exportChat(app, session, format),
})
