import { say } from './announcer.js'
import { askBefore } from './components/dialog.js'
import { fileName, saveFile } from './download.js'
import { afterRender } from './render.js'
import { firstWords } from './words.js'

/** What a person does with a whole chat, from the list or from its header. */

export const nameOf = session => session.title || `${firstWords(session.preview || '') || 'New chat'}${forkWord(session)}`

/** Behind the words that stand for a title: the server says it in those that it makes. */
export const forkWord = session => session?.metadata?.forkedFrom ? ' (fork)' : ''

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
  if (save && wanted && wanted !== app.list.find(id)?.title) app.attempt(() => app.list.rename(id, wanted))
}

export function exportChat(app, session, format) {
  return app.attempt(async () => {
    const file = await app.api.exported(session.id, format)
    saveFile(file, fileName(nameOf(session), format === 'json' ? 'json' : 'md'))
    say('Exported')
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
