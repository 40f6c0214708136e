import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chat } from '../../../webroot/js/chat.js'
import { Drafts } from '../../../webroot/js/drafts.js'

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
  drafts.clear()
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
