import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Versions } from '../../../webroot/js/chat/versions.js'

const item = id => ({ key: `text:${id}`, kind: 'text', id, role: 'assistant', text: id })
const message = (id, seq) => ({ id, role: 'assistant', content: id, metadata: { run: 'r', seq } })
const view = (...ids) => ({ items: ids.map(item), earlier: false, outcomes: {}, run: null, interrupts: [], restarts: [] })
const ids = ({ items }) => items.map(({ id }) => id)

/** Of a chat that shows these items; `versions` newest first, `messages` of each by its event. */
async function of(shown, versions, messages = {}) {
  const chat = { id: 's', view: shown }
  const asked = []
  const api = {
    versions: async () => versions,
    versionMessages: async (id, asOf, before) => {
      asked.push([asOf, before])
      const all = messages[asOf].filter(({ metadata }) => !before || metadata.seq < before)
      return { messages: all.slice(-2), earlier: all.length > 2 }
    },
  }
  const made = new Versions({ chat, api, changed: () => {} })
  await made.refresh()
  return { chat, asked, versions: made }
}

test('versions are told where they begin to differ', async () => {
  const { versions, chat } = await of(view('a', 'd'), [{ asOf: 9, after: 'a' }, { asOf: 5, after: 'a' }, { asOf: 3, after: 'void' }])
  assert.deepEqual([...versions.marksOf(chat.view)], [['text:d', { after: 'a', number: 3, total: 3 }]])
  assert.equal(versions.marksOf(chat.view), versions.marksOf({ ...chat.view, items: [...chat.view.items] }))
})

test('versions without a common message begin with the first message, if it is loaded', async () => {
  const { versions, chat } = await of(view('d'), [{ asOf: 5 }])
  assert.deepEqual([...versions.marksOf(chat.view).keys()], ['text:d'])
  assert.equal(versions.marksOf({ ...chat.view, earlier: true }).size, 0)
})

test('an earlier version stands in the place of what followed, read from its end as far as needed', async () => {
  const messages = { 9: [message('a', 1), message('b', 2), message('c', 4), message('x', 6)] }
  const { versions, chat, asked } = await of(view('a', 'd', 'e'), [{ asOf: 9, after: 'a' }], messages)
  const [mark] = versions.marksOf(chat.view).values()

  await versions.step(mark, -1)

  assert.deepEqual(asked, [[9, undefined], [9, 4]])
  assert.deepEqual(ids(versions.viewOf(chat.view)), ['a', 'b', 'c', 'x'])
  assert.equal(versions.shown.last, 'x')
  assert.deepEqual([...versions.marksOf(versions.viewOf(chat.view))], [['text:b', { after: 'a', number: 1, total: 2 }]])
  await versions.step({ after: 'a', number: 1 }, 1)
  assert.equal(versions.viewOf(chat.view), chat.view)
})

test('a version is removed together with the message that it follows', async () => {
  const { versions, chat } = await of(view('a', 'd'), [{ asOf: 9, after: 'a' }], { 9: [message('a', 1), message('b', 2)] })
  await versions.step({ after: 'a', number: 2 }, -1)
  chat.view = view('z')
  assert.equal(versions.viewOf(chat.view), chat.view)
  assert.equal(versions.shown, null)
})

test('if two versions are requested one after the other, the last one is shown', async () => {
  const messages = { 5: [message('a', 1), message('b', 2)], 9: [message('a', 1), message('c', 6)] }
  const { versions, chat } = await of(view('a', 'd'), [{ asOf: 9, after: 'a' }, { asOf: 5, after: 'a' }], messages)
  const first = versions.step({ after: 'a', number: 2 }, -1)
  await versions.step({ after: 'a', number: 3 }, 1)
  await first
  assert.equal(versions.viewOf(chat.view), chat.view)
})
