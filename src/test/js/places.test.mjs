import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Places } from '../../../webroot/js/chat/places.js'

const memory = () => {
  const values = new Map()
  return {
    getItem: key => values.get(key) ?? null,
    setItem: (key, value) => values.set(key, value),
    removeItem: key => values.delete(key),
  }
}

test('each chat has its place, also after a reload', () => {
  const storage = memory()
  new Places({ storage }).put('a', { message: 'm1', offset: -20 })
  const later = new Places({ storage })
  assert.deepEqual(later.of('a'), { chat: 'a', message: 'm1', offset: -20 })
  assert.equal(later.of('b'), null)
})

test('a chat that was left at its end has no stored position', () => {
  const places = new Places({ storage: memory() })
  places.put('a', { message: 'm1', offset: 0 })
  places.put('a', null)
  assert.equal(places.of('a'), null)
})

test('the places of the last fifty chats are kept', () => {
  const places = new Places({ storage: memory() })
  for (let i = 0; i < 51; i++) places.put(`c${i}`, { message: 'm', offset: i })
  assert.equal(places.of('c0'), null)
  assert.equal(places.of('c1').offset, 1)
  places.clear()
  assert.equal(places.of('c1'), null)
})

test('invalid stored positions are ignored', () => {
  const storage = memory()
  for (const text of ['{', '7', 'null']) {
    storage.setItem('reprise.places', text)
    assert.equal(new Places({ storage }).of('a'), null)
  }
})
