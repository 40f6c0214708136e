import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ReadMarks } from '../../../webroot/js/read-marks.js'

class Memory {
  #values = new Map()
  getItem(key) { return this.#values.get(key) ?? null }
  setItem(key, value) { this.#values.set(key, value) }
}

const marksOf = (storage, user = 'ada') => new ReadMarks({ user, storage })
const chat = (id, head, updatedAt) => ({ id, head, updatedAt })

/** Symptom to prevent: a chat that was pinned, renamed or named by the server was marked as if it had something new. */
test('what changes the log of a chat that was read, and not its time, is no news', () => {
  const marks = new ReadMarks({ user: 'ada', storage: { getItem: () => null, setItem() {} } })
  marks.listed([{ id: 'a', head: 5, updatedAt: '2026-01-01T00:00:00Z' }])
  marks.read('a', 5)
  marks.listed([{ id: 'a', head: 5, updatedAt: '2026-01-01T00:00:00Z' }])
  const pinned = { id: 'a', head: 6, updatedAt: '2026-01-01T00:00:00Z' }
  marks.listed([pinned])
  assert.equal(marks.isUnread(pinned), false)
  const answered = { id: 'a', head: 9, updatedAt: '2026-01-01T00:00:09Z' }
  marks.listed([answered])
  assert.equal(marks.isUnread(answered), true)
  const renamed = { ...answered, head: 10 }
  marks.listed([renamed])
  assert.equal(marks.isUnread(renamed), true)
})

test('everything in the first list counts as read', () => {
  const marks = marksOf(new Memory())
  const old = chat('a', 7, '2030-01-01T10:00:00Z')

  marks.listed([old, chat('b', 3, '2030-01-01T09:00:00Z')])

  assert.equal(marks.isUnread(old), false)
  assert.equal(marks.isUnread({ ...old, head: 9, updatedAt: '2030-01-01T10:05:00Z' }), true)
  assert.equal(marks.isUnread(chat('new', 2, '2030-01-01T10:05:00Z')), true)
})

test('what was read is not new, what came after it is', () => {
  const marks = marksOf(new Memory())
  marks.listed([])

  marks.read('a', 12)

  assert.equal(marks.isUnread(chat('a', 12, '2030-01-01T10:00:00Z')), false)
  assert.equal(marks.isUnread(chat('a', 13, '2030-01-01T10:00:00Z')), true)
})

test('tabs of one browser share what was read, users do not', () => {
  const storage = new Memory()
  const [here, there, other] = [marksOf(storage), marksOf(storage), marksOf(storage, 'grace')]
  for (const marks of [here, there, other]) marks.listed([])

  here.read('a', 5)
  there.read('b', 6)
  here.save()
  there.save()
  here.load()

  for (const marks of [here, there]) {
    assert.equal(marks.isUnread(chat('a', 5, 'z')), false)
    assert.equal(marks.isUnread(chat('b', 6, 'z')), false)
  }
  assert.equal(other.isUnread(chat('a', 5, 'z')), true)
})

test('a storage that holds something else is written anew', () => {
  const storage = new Memory()
  storage.setItem('reprise.read.ada', '{"read":7}')

  const marks = marksOf(storage)
  marks.listed([chat('a', 1, '2030-01-01T10:00:00Z')])
  marks.read('a', 1)
  marks.save()

  assert.equal(marksOf(storage).isUnread(chat('a', 1, '2030-01-01T10:00:00Z')), false)
})
