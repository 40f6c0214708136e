import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SessionList } from '../../../webroot/js/sessions/session-list.js'

globalThis.setInterval = () => assert.fail('nothing is read again and again')

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

test('a title that is not named has not changed', async () => {
  const list = await listOf([{ id: 'a', title: 'A' }])

  list.updated('a', { metadata: { k: 2 } })

  assert.equal(list.sessions[0].title, 'A')
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

/** A server with this many sessions, s1 the newest, in pages of two. */
function serverWith(count) {
  const at = n => new Date(1_900_000_000_000 - n * 60_000).toISOString()
  let all = Array.from({ length: count }, (_, i) => ({ id: `s${i + 1}`, updatedAt: at(i) }))
  const sessions = async cursor => {
    const from = Number(cursor ?? 0)
    return { sessions: all.slice(from, from + 2), ...(from + 2 < all.length && { cursor: String(from + 2) }) }
  }
  const begin = (...ids) => { all = [...ids.map((id, i) => ({ id, updatedAt: at(-1 - i) })).reverse(), ...all] }
  const remove = id => { all = all.filter(session => session.id !== id) }
  return { api: { sessions }, begin, remove }
}

async function readToItsEnd(api) {
  const list = new SessionList({ api, changed() {} })
  await list.refresh()
  while (list.cursor) await list.more()
  return list
}

const ids = list => list.sessions.map(session => session.id)

/** Symptom to prevent: each answer cut a list that had been read to its end back to its first page. */
test('a new chat comes on top, and all that was read further down stays', async () => {
  const { api, begin } = serverWith(5)
  const list = await readToItsEnd(api)
  begin('new')
  await list.refresh()
  assert.deepEqual(ids(list), ['new', 's1', 's2', 's3', 's4', 's5'])
  assert.equal(list.cursor, null)
})

test('a chat that was deleted elsewhere goes from the newest ones', async () => {
  const { api, remove } = serverWith(5)
  const list = await readToItsEnd(api)
  remove('s2')
  await list.refresh()
  assert.deepEqual(ids(list), ['s1', 's3', 's4', 's5'])
})

test('more new chats than a page holds may leave a gap, so reading begins anew', async () => {
  const { api, begin } = serverWith(5)
  const list = await readToItsEnd(api)
  begin('a', 'b', 'c')
  await list.refresh()
  assert.deepEqual(ids(list), ['c', 'b'])
  while (list.cursor) await list.more()
  assert.deepEqual(ids(list), ['c', 'b', 'a', 's1', 's2', 's3', 's4', 's5'])
})

/** A server with these rows in its order, in pages of two, and what each is asked for. */
function serverOf(rows) {
  const state = { rows }
  const sessions = async cursor => {
    const from = Number(cursor ?? 0)
    return { sessions: state.rows.slice(from, from + 2), ...(from + 2 < state.rows.length && { cursor: String(from + 2) }) }
  }
  const session = async id => state.rows.find(row => row.id === id)
  return { state, api: { sessions, session } }
}

const row = (id, minute, more = {}) => ({ id, updatedAt: new Date(1_900_000_000_000 + minute * 60_000).toISOString(), ...more })

test('a chat that is pinned goes to the top at once, and back to its place when it is not', async () => {
  const { api } = serverOf([row('p', 1, { pinned: true }), row('a', 9), row('b', 8), row('c', 7)])
  const list = await readToItsEnd(api)
  list.updated('b', { pinned: true })
  assert.deepEqual(ids(list), ['b', 'p', 'a', 'c'])
  list.updated('p', { pinned: false })
  assert.deepEqual(ids(list), ['b', 'a', 'c', 'p'])
})

test('one that goes to where the list was not read yet is not shown at its end', async () => {
  const { api } = serverOf([row('p', 1, { pinned: true }), row('a', 9), row('b', 8), row('c', 7)])
  const list = new SessionList({ api, changed() {} })
  await list.refresh()
  list.updated('p', { pinned: false })
  assert.deepEqual(ids(list), ['a'])
})

test('an archived chat leaves the list, and one that comes back stands where it stood', async () => {
  const { api } = serverOf([row('a', 9), row('b', 8), row('c', 7)])
  const list = await readToItsEnd(api)
  const [, b] = list.sessions
  list.updated('b', { archived: true })
  assert.deepEqual(ids(list), ['a', 'c'])
  list.place({ ...b, archived: false })
  assert.deepEqual(ids(list), ['a', 'b', 'c'])
})

/** Symptom to prevent: chats between the first page and what was read further down were missing until a reload. */
test('that pinned chats are as they were does not say that nothing is missing below the first page', async () => {
  const { state, api } = serverOf([row('p', 1, { pinned: true }), row('a', 9), row('b', 8), row('c', 7)])
  const list = await readToItsEnd(api)
  state.rows = [state.rows[0], row('new 2', 11), row('new 1', 10), ...state.rows.slice(1)]
  await list.refresh()
  assert.deepEqual(ids(list), ['p', 'new 2'])
  while (list.cursor) await list.more()
  assert.deepEqual(ids(list), ['p', 'new 2', 'new 1', 'a', 'b', 'c'])
})

test('a chat that came back in another tab is read, though it is below the first page', async () => {
  const { state, api } = serverOf([row('a', 9), row('b', 8), row('d', 6), row('e', 5)])
  const list = await readToItsEnd(api)
  state.rows = [...state.rows.slice(0, 2), row('c', 7, { archived: false }), ...state.rows.slice(2)]
  list.updated('c', { pinned: false, archived: false })
  await list.refresh()
  assert.deepEqual(ids(list), ['a', 'b', 'c', 'd', 'e'])
})

test('rereading the list reads as many chats as were read before', async () => {
  const { state, api } = serverOf([row('a', 9), row('b', 8), row('c', 7), row('d', 6), row('e', 5)])
  const list = new SessionList({ api, changed() {} })
  await list.refresh()
  await list.more()
  state.rows = state.rows.filter(({ id }) => id !== 'd')
  await list.reread()
  assert.deepEqual(ids(list), ['a', 'b', 'c', 'e'])
})

test('the open chat has no row in the list when it is archived, but is known', async () => {
  const { api } = serverOf([row('a', 9), row('b', 8)])
  const list = new SessionList({ api: { ...api, session: async id => row(id, 1, { archived: true }) }, changed() {} })
  await list.refresh()
  await list.include('old')
  assert.deepEqual(list.rows.map(({ id }) => id), ['a', 'b'])
  assert.equal(list.find('old').archived, true)
})

/** Symptom to prevent: news that came more often than the list waits for put its reading off for ever. */
test('news that keep coming are read together, and do not put the reading off', async t => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  let reads = 0
  const list = new SessionList({ api: { sessions: async () => { reads++; return { sessions: [] } } }, changed() {} })
  for (let i = 0; i < 20; i++) {
    list.refreshSoon(800)
    t.mock.timers.tick(100)
    for (let turn = 0; turn < 5; turn++) await null
  }
  assert.equal(reads, 2)
})

test('a refresh that is requested sooner replaces a later one', async t => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  let reads = 0
  const list = new SessionList({ api: { sessions: async () => { reads++; return { sessions: [] } } }, changed() {} })
  list.refreshSoon(800)
  list.refreshSoon(0)
  t.mock.timers.tick(1)
  assert.equal(reads, 1)
  for (let turn = 0; turn < 5; turn++) await null
  t.mock.timers.tick(1_000)
  assert.equal(reads, 1)
})

/** Symptom: a chat that another tab deleted came back into the list, and stayed. Cause: the list was being read just then. */
test('a chat that is deleted while the list is read does not come back with the answer', async () => {
  const both = { sessions: [{ id: 'a' }, { id: 'b' }] }
  for (const read of ['refresh', 'reread', 'more']) {
    const answers = [async () => both]
    const list = new SessionList({ api: { sessions: () => answers.shift()() }, changed() {} })
    await list.refresh()
    let answer
    answers.push(() => new Promise(resolve => { answer = resolve }))

    const reading = list[read]()
    list.forget('b')
    answer(both)
    await reading

    assert.deepEqual(list.sessions.map(({ id }) => id), ['a'], read)
  }
})

test('a chat that is deleted while it is read gets no row', async () => {
  let answer
  const list = await listOf([{ id: 'a' }], { session: () => new Promise(resolve => { answer = resolve }) })

  const including = list.include('b')
  list.forget('b')
  answer({ id: 'b' })
  await including

  assert.equal(list.find('b'), undefined)
})

/** Symptom: a chat that another tab deleted kept its row. Cause: it had been read by itself once, when it was new. */
test('a chat that was read by itself loses its row when the list says that it is gone', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id, i) => ({ id, updatedAt: `2026-01-0${9 - i}` }))
  for (const { page, rows } of [
    { page: { sessions: [a] }, rows: 'a' },
    { page: { sessions: [a, c], cursor: 'more' }, rows: 'a c' },
    { page: { sessions: [a], cursor: 'more' }, rows: 'a b' }, // it may be below
  ]) {
    let now = { sessions: [], cursor: 'more' }
    const list = new SessionList({ api: { sessions: async () => now, session: async () => b }, changed() {} })
    await list.refresh()
    await list.include('b')
    assert.deepEqual(list.rows, [b])
    now = page

    await list.refresh()

    assert.equal(list.rows.map(({ id }) => id).join(' '), rows)
  }
})
