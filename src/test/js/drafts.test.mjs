import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chat } from '../../../webroot/js/chat/chat.js'
import { Drafts } from '../../../webroot/js/chat/drafts.js'

class Memory {
  #values = new Map()
  getItem(key) { return this.#values.get(key) ?? null }
  setItem(key, value) { this.#values.set(key, value) }
  removeItem(key) { this.#values.delete(key) }
  keys() { return [...this.#values.keys()] }
}

test('each chat has its own draft, also the one that is to come', () => {
  const storage = new Memory()
  const drafts = new Drafts({ storage })
  drafts.put('a', 'for a')
  drafts.put(null, 'for a new one')
  drafts.save()
  const later = new Drafts({ storage })
  assert.deepEqual([later.of('a'), later.of('b'), later.of(null)], ['for a', '', 'for a new one'])
})

test('an empty draft leaves nothing behind, and another user finds none', () => {
  const storage = new Memory()
  storage.setItem('reprise.user', 'ada')
  const drafts = new Drafts({ storage })
  drafts.put('a', 'text')
  drafts.put('a', '')
  assert.deepEqual(storage.keys(), ['reprise.user'])
  drafts.put('b', 'text')
  drafts.save()
  drafts.put('c', 'text')
  drafts.clear()
  drafts.save()
  assert.deepEqual(storage.keys(), ['reprise.user'])
})

test('what is written while the chat is created goes with it', async () => {
  const drafts = new Drafts({ storage: new Memory() })
  const client = { create: async () => ({ session: 's' }), send: async () => ({ message: 'm' }) }
  const chat = new Chat({ id: null, client, api: {}, drafts, changed: () => {} })
  const sent = chat.send('first')
  chat.draft = 'second'
  await sent
  assert.deepEqual([drafts.of('s'), drafts.of(null), chat.draft], ['second', '', 'second'])
})

/** Symptom: a letter cost as much again as all else that the page does for it. Cause: each stored the whole text. */
test('a text is stored once for many letters, and at once when it is gone', context => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const storage = new Memory()
  const stored = context.mock.method(storage, 'setItem')
  const drafts = new Drafts({ storage })
  for (const text of ['w', 'wo', 'wor', 'word']) drafts.put('a', text)
  assert.deepEqual([drafts.of('a'), stored.mock.callCount()], ['word', 0])
  context.mock.timers.tick(400)
  assert.deepEqual([new Drafts({ storage }).of('a'), stored.mock.callCount()], ['word', 1])
  drafts.put('a', 'words')
  drafts.put('a', '')
  assert.deepEqual([drafts.of('a'), storage.keys()], ['', []])
  context.mock.timers.tick(400)
  assert.deepEqual(storage.keys(), [])
})
