import { Seen } from '../../../webroot/js/sessions/seen.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'

const settled = () => new Promise(resolve => setImmediate(resolve))

/** A page with one chat, whose server answers when the test says so. */
function page({ unread = 1, seq = 7 } = {}) {
  const rows = new Map([['a', { id: 'a', unread }]])
  const asked = []
  const waiting = []
  const app = {
    unread: { isLookedAt: true },
    chat: { id: 'a', view: { ready: true, seq } },
    lists: { find: id => rows.get(id), updated: (id, change) => Object.assign(rows.get(id), change) },
    set: () => {},
    api: { read: (id, upTo) => new Promise((resolve, reject) => asked.push({ id, upTo, resolve, reject })) },
  }
  const seen = new Seen(app, { wait: action => waiting.push(action) })
  const pass = () => waiting.splice(0).forEach(action => action())
  return { app, seen, asked, pass, rows }
}

test('a chat that is looked at is told as read, once', async () => {
  const { seen, asked, pass, rows } = page()
  seen.look()
  seen.look()
  assert.deepEqual(asked.map(({ id, upTo }) => [id, upTo]), [['a', 7]])
  asked[0].resolve({ unread: 0 })
  await settled()
  assert.equal(rows.get('a').unread, 0)
  pass()
  seen.look()
  assert.equal(asked.length, 1)
})

test('nothing is told of a chat that nobody looks at, has nothing unread, or is not there yet', () => {
  const hidden = page()
  hidden.app.unread.isLookedAt = false
  const read = page({ unread: 0 })
  const absent = page()
  absent.app.chat.view.ready = false
  for (const { seen, asked } of [hidden, read, absent]) {
    seen.look()
    assert.equal(asked.length, 0)
  }
})

test('what came later is told when it is there, and what is not here yet is not asked for again and again', async () => {
  const { app, seen, asked, pass } = page()
  seen.look()
  asked[0].resolve({ unread: 1 })
  await settled()
  pass()
  seen.look()
  assert.equal(asked.length, 1)
  app.chat.view.seq = 9
  seen.look()
  assert.equal(asked.length, 2)
})

test('a request that failed is made again, after a while', async () => {
  const { seen, asked, pass } = page()
  seen.look()
  asked[0].reject(new Error('away'))
  await settled()
  seen.look()
  assert.equal(asked.length, 1)
  pass()
  seen.look()
  assert.equal(asked.length, 2)
})

test('a question and a failure are told as seen, too, where they may be told to other devices', async () => {
  for (const view of [{ interrupts: [{}] }, { lastRun: { id: 'r' }, outcomes: { r: { type: 'error' } } }]) {
    for (const [push, count] of [[true, 1], [false, 0]]) {
      const { app, seen, asked, pass } = page({ unread: 0 })
      Object.assign(app.chat.view, view)
      app.server = { offers: { push } }
      seen.look()
      assert.equal(asked.length, count)
      asked[0]?.resolve({ unread: 0 })
      await settled()
      pass()
      seen.look()
      assert.equal(asked.length, count)
    }
  }
})

test('what came within the pause is told when the chat is left, also before the list counts it', async () => {
  const { app, seen, asked, rows } = page()
  seen.look()
  app.chat.view.seq = 9
  seen.leave()
  seen.leave()
  assert.deepEqual(asked.map(({ upTo }) => upTo), [7, 9])
  asked[1].resolve({ unread: 0 })
  asked[0].resolve({ unread: 1 })
  await settled()
  assert.equal(rows.get('a').unread, 0)
  const answered = page({ unread: 0 })
  answered.seen.look()
  answered.app.chat.view.seq = 8
  answered.seen.leave()
  assert.equal(answered.asked.length, 1)
})

test('a chat that is left as it was found, or was not looked at, is not told of', () => {
  const found = page({ unread: 0 })
  found.seen.look()
  found.seen.leave()
  const hidden = page()
  hidden.app.unread.isLookedAt = false
  hidden.seen.look()
  hidden.app.chat.view.seq = 9
  hidden.seen.leave()
  const none = page()
  none.app.chat = null
  none.seen.leave()
  for (const { asked } of [found, hidden, none]) assert.equal(asked.length, 0)
})
