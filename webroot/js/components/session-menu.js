import { askClear, askDelete, beginRename, exportChat, nameOf } from '../session-actions.js'
import { openMenu } from './menu.js'
import * as icons from './icons.js'

/** The menu of a chat; `place`: `list` or `header`, where the button is. */
export function openSessionMenu(event, app, session, place) {
  openMenu(event.currentTarget, nameOf(session), [
    { label: 'Rename', icon: icons.edit(), run: () => beginRename(app, session, place) },
    { label: 'Export as Markdown', icon: icons.download(), run: () => exportChat(app, session, 'markdown') },
    { label: 'Export as JSON', icon: icons.download(), run: () => exportChat(app, session, 'json') },
    null,
    { label: 'Clear…', icon: icons.broom(), run: () => askClear(app, session) },
    { label: 'Delete…', icon: icons.trash(), danger: true, run: () => askDelete(app, session) },
  ])
}
