import { inTurn } from '../app/in-turn.js'
import { say } from '../browser/announcer.js'
import { fileName, saveFile } from '../browser/download.js'
import { afterRender } from '../browser/render.js'
import { askBefore } from '../components/dialog.js'
import { errorWords } from '../words/words.js'
import { nameOf } from './session-names.js'

/** What a person does with a whole chat, from the list or from its header. */

/** `place`: `list` or `header`, where the field appears. */
export function beginRename(app, session, place) {
  app.set({ renaming: { id: session.id, place, title: session.title || nameOf(session) } })
  afterRender(() => document.querySelector('.title-field')?.select())
}

export function endRename(app, save) {
  const { id, place, title } = app.renaming
  const wanted = title.trim()
  app.set({ renaming: null })
  afterRender(() => document.querySelector(place === 'list' ? `[data-session="${CSS.escape(id)}"] a` : '#chat-menu')?.focus())
  if (save && wanted && wanted !== app.lists.find(id)?.title) app.attempt(() => app.lists.of(id).rename(id, wanted))
}

/** Pins, mutes or archives chats, or takes it back: shown at once in both lists; archiving offers the way back. */
export async function arrange(app, sessions, change) {
  app.lists.arranged(sessions, change)
  const failed = await inTurn(sessions, ({ id }) => app.api.change(id, change))
  app.lists.arranged(failed.map(([session]) => session), null)
  if (failed.length) app.tell(errorWords(failed[0][1]))
  const done = sessions.filter(session => !failed.some(([other]) => other === session))
  if (done.length && !failed.length) app.tell(arrangedWords(done.length, change), { calm: true, action: wayBack(app, done, change) })
}

function arrangedWords(count, { pinned, archived, muted }) {
  const what = count === 1 ? 'Chat' : `${count} chats`
  if (archived !== undefined) return archived ? `${what} archived` : `${what} back in the list`
  if (muted !== undefined) return muted ? `${what} muted: nobody is notified of it` : `${what} no longer muted`
  return pinned ? `${what} pinned` : `${what} unpinned`
}

/** Each has its own way back: some of them may have been pinned. */
function wayBack(app, sessions, change) {
  if (change.archived === undefined) return null
  return { label: 'Undo', run: () => arrange(app, sessions.map(session => ({ ...session, ...change })), { archived: !change.archived }) }
}

export function exportChat(app, session, format) {
  return app.attempt(async () => {
    const file = await app.api.exported(session.id, format)
    saveFile(file, fileName(nameOf(session), format === 'json' ? 'json' : 'md'))
    say('Exported')
  })
}

/** Later answers begin with a summary of what was said; the chat keeps everything. */
export function summarise(app, session) {
  return app.attempt(async () => {
    await app.api.call('POST', `/sessions/${encodeURIComponent(session.id)}/compact`, {})
    say('Summarising the chat')
  })
}

export function askClear(app, session) {
  const words = 'All its messages go, also for its other open tabs. The chat itself, with its title and reminders, stays.'
  askBefore({ title: `Clear “${nameOf(session)}”?`, words, yes: 'Clear it' }, () =>
    app.attempt(async () => {
      await app.api.clear(session.id)
      say('Chat cleared')
    }))
}

export function askDelete(app, session) {
  const words = 'Its messages and reminders go with it. This cannot be undone.'
  askBefore({ title: `Delete “${nameOf(session)}”?`, words, yes: 'Delete it' }, async () => {
    await app.remove(session.id)
    document.querySelector('.new-chat').focus()
  })
}
