import { askClear, askDelete, beginRename, exportChat, nameOf } from '../session-actions.js'
import { openMenu } from './menu.js'
import * as icons from './icons.js'

/** The menu of a chat; `place`: `list` or `header`, where the button is. */
export function openSessionMenu(event, app, session, place) {
  const { offers } = app
  const name = offers.rename && { label: 'Rename', icon: icons.edit(), run: () => beginRename(app, session, place) }
  const files = offers.export ? ['markdown', 'json'].map(format => exportItem(app, session, format)) : []
  const clear = offers.clear && { label: 'Clear…', icon: icons.broom(), run: () => askClear(app, session) }
  const remove = { label: 'Delete…', icon: icons.trash(), danger: true, run: () => askDelete(app, session) }
  const harmless = [name, ...files].filter(Boolean)
  openMenu(event.currentTarget, nameOf(session), [
    ...harmless, ...harmless.length ? [null] : [], ...[clear, remove].filter(Boolean),
  ])
}

const exportItem = (app, session, format) => ({
  label: `Export as ${format === 'json' ? 'JSON' : 'Markdown'}`, icon: icons.download(),
  run: () => exportChat(app, session, format),
})
