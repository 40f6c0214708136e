import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SessionList } from '../../../webroot/js/session-list.js'

globalThis.document = { visibilityState: 'hidden' }
globalThis.setInterval = () => {} // nothing is read again by itself, and nothing keeps this process alive

/** A list of these sessions over a server that only renames. */
async function listOf(sessions, api = {}) {
  const list = new SessionList({ api: { sessions: async () => ({ sessions }), ...api }, changed() {} })
  await list.refresh()
  return list
}

test('what a tab heard of a session changes its entry and not its place', async () => {
  const list = await listOf([{ id: 'a', title: 'A', metadata: { k: 1 } }, { id: 'b', title: 'B', preview: 'hi' }])
  const [first] = list.sessions

  list.updated('b', { title: 'Tides' })
  list.updated('unknown', { title: 'x' })

  assert.deepEqual(list.sessions.map(session => session.title), ['A', 'Tides'])
  assert.equal(list.sessions[1].preview, 'hi')
  assert.equal(list.sessions[0], first)
})

test('a title that was taken back is gone, metadata stay unless they are told', async () => {
  const list = await listOf([{ id: 'a', title: 'A', metadata: { k: 1 } }])

  list.updated('a', { title: null })

  assert.equal(list.sessions[0].title, null)
  assert.deepEqual(list.sessions[0].metadata, { k: 1 })
  list.updated('a', { title: null, metadata: {} })
  assert.deepEqual(list.sessions[0].metadata, {})
})

test('a rename that is refused is taken back', async () => {
  const list = await listOf([{ id: 'a', title: 'A' }], { rename: async () => { throw new Error('no') } })

  const renaming = list.rename('a', 'B')
  assert.equal(list.sessions[0].title, 'B')
  await assert.rejects(renaming)

  assert.equal(list.sessions[0].title, 'A')
})

test('a rename shows what the server made of it', async () => {
  const asked = []
  const rename = async (id, title) => {
    asked.push([id, title])
    return { title: title ?? 'Made' }
  }
  const list = await listOf([{ id: 'a', title: 'A' }], { rename })

  await list.rename('a', null)

  assert.deepEqual(asked, [['a', null]])
  assert.equal(list.sessions[0].title, 'Made')
})
