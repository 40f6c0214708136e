import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LastingClient } from '../../../webroot/js/client/lasting.js'
import { pageHints } from '../../../webroot/js/client/page-hints.js'
import { MemoryCursors, MemoryOutbox } from '../../../webroot/js/client/storage.js'
import { BrowserCursors, BrowserOutbox } from '../../../webroot/js/client/storage-browser.js'
import { fileStorage } from '../../../webroot/js/client/storage-file.js'
import { harness, settled } from './support/fakes.mjs'

const lasting = options => harness({ Client: LastingClient, ...options })
const result = (frame, more) => ({ type: 'result', id: frame.id, ...more })
const ids = frames => frames.map(({ id }) => id)

/** Until everything that is stored in promises is stored, and what follows from that is done. */
const done = async () => { for (let i = 0; i < 5; i++) await settled() }

test('commands without an answer are sent again by the next client: same ids, same order, before new ones', async () => {
  const ports = { cursors: new MemoryCursors(), outbox: new MemoryOutbox() }
  const before = lasting(ports)
  before.client.start()
  await done()
  before.socket().welcome()
  before.client.create({ title: 'a' })
  before.client.send('s', 'one')
  before.client.send('s', 'two')
  await done()
  const given = before.socket().sent.slice(1)
  assert.deepEqual(given.map(({ type, text }) => text ?? type), ['create', 'one', 'two'])

  const after = lasting(ports) // the earlier one was killed
  const restored = []
  after.client.on('restored', outcome => restored.push(outcome))
  after.client.start()
  after.client.send('s', 'three')
  await done()
  after.socket().welcome()
  await done()
  const sent = after.socket().sent.slice(1)
  assert.deepEqual(sent.slice(0, 3), given)
  assert.equal(sent[3].text, 'three')
  sent.forEach(frame => after.socket().say(result(frame, { message: 'm', duplicate: true })))
  await done()
  assert.deepEqual(restored.map(({ type, frame, result }) => [type, frame.id, result.duplicate]),
    given.map(({ type, id }) => [type, id, true]))
  assert.deepEqual(ports.outbox.all(), [])
})

test('what an answer settled is not sent again, whether it was accepted or refused', async () => {
  const outbox = new MemoryOutbox()
  const { client, socket } = lasting({ outbox })
  client.start()
  await done()
  socket().welcome()
  const [one, two] = [client.send('s', 'one'), client.send('s', 'two')]
  await done()
  assert.equal(outbox.all().length, 2)
  const [first, second] = socket().all('send')
  socket().say(result(first, { message: 'm' }))
  socket().say({ type: 'error', id: second.id, code: 'busy', message: 'no', retryable: false })
  await one
  await assert.rejects(two, ({ code, kept }) => code === 'busy' && !kept)
  assert.deepEqual(outbox.all(), [])
})

test('a client that is stopped keeps its commands and sends them when it is started again', async () => {
  const { client, socket, sockets } = lasting({})
  client.start()
  await done()
  socket().welcome()
  const sent = client.send('s', 'one')
  await done()
  const frame = socket().last('send')
  client.stop()
  client.start() // at once
  await assert.rejects(sent, { code: 'unavailable', kept: true })
  await done()
  assert.equal(sockets.length, 2)
  socket().welcome()
  await done()
  assert.deepEqual(socket().last('send'), frame)
})

test('a client that the server refused keeps its commands', async () => {
  const outbox = new MemoryOutbox()
  const { client, socket } = lasting({ outbox })
  client.start()
  const sent = client.send('s', 'one')
  await done()
  socket().open()
  socket().drop(4500, 'bad token')
  await assert.rejects(sent, { kept: true })
  client.start()
  await done()
  socket().welcome()
  await done()
  assert.deepEqual(ids(socket().all('send')), ids(outbox.all().map(({ frame }) => frame)))
})

test('a stop concerns the moment, and is not stored', async () => {
  const outbox = new MemoryOutbox()
  const { client, socket } = lasting({ outbox })
  client.start()
  await done()
  socket().welcome()
  client.stopRun('s')
  await done()
  assert.ok(socket().last('stop'))
  assert.deepEqual(outbox.all(), [])
})

test('a command whose id the server may have forgotten is not sent again, but reported', async () => {
  const outbox = new MemoryOutbox()
  outbox.add({ at: 0, frame: { type: 'send', id: 'old', session: 's', text: 'old' } })
  const { client, socket, clock } = lasting({ outbox, outboxAgeMs: 900_000 }) // its clock begins at 1,000,000
  const restored = []
  client.on('restored', outcome => restored.push(outcome))
  assert.equal(clock.now(), 1_000_000)
  client.start()
  await done()
  socket().welcome()
  await done()
  assert.equal(socket().last('send'), undefined)
  assert.deepEqual(restored.map(({ frame, error }) => [frame.id, error.code]), [['old', 'timeout']])
  assert.deepEqual(outbox.all(), [])
})

test('a command that cannot be stored is refused and not sent', async () => {
  const outbox = Object.assign(new MemoryOutbox(), { add: async () => { throw new Error('full') } })
  const { client, socket } = lasting({ outbox })
  const failures = []
  client.on('storage', failure => failures.push([failure.doing, failure.error.message]))
  client.start()
  await done()
  socket().welcome()
  await assert.rejects(client.send('s', 'one'), { code: 'internal' })
  assert.equal(socket().last('send'), undefined)
  assert.deepEqual(failures, [['add', 'full']])
})

test('an outbox that cannot be read does not keep the client from connecting', async () => {
  const outbox = Object.assign(new MemoryOutbox(), { all: async () => { throw new Error('broken') } })
  const { client, socket } = lasting({ outbox })
  client.start()
  await done()
  socket().welcome()
  assert.equal(client.state.state, 'open')
})

test('the number of stored commands is limited', async () => {
  const { client } = lasting({ outboxMax: 2 })
  const sent = ['one', 'two', 'three'].map(text => client.send('s', text))
  await assert.rejects(sent[2], { code: 'too_many_requests', retryable: true })
})

test('a session goes on after the cursor of an earlier client', async () => {
  const ports = { cursors: new MemoryCursors() }
  const before = lasting(ports)
  const reading = await before.client.open('s')
  const seen = []
  reading.on('event', ({ seq }) => seen.push([seq, ports.cursors.load('s')?.seq]))
  before.client.start()
  await done()
  before.socket().welcome()
  const attach = before.socket().last('attach')
  assert.equal(attach.epoch, undefined)
  const say = frame => before.socket().say({ session: 's', ...frame })
  say({ type: 'attached', id: attach.id, epoch: 'e', head: 4, mode: 'snapshot' })
  say({ type: 'snapshot', epoch: 'e', seq: 4, page: 1, last: true, messages: [] })
  say({ type: 'event', seq: 5, event: {} })
  assert.deepEqual(seen, [[5, undefined]], 'a cursor is stored after the listeners saw what it covers')
  await before.clock.advance(100)
  assert.deepEqual(ports.cursors.load('s'), { epoch: 'e', seq: 5 })
  say({ type: 'event', seq: 6, event: {} })
  await before.client.flush()

  const after = lasting(ports)
  await after.client.open('s')
  after.client.start()
  await done()
  after.socket().welcome()
  const { epoch, after: seq } = after.socket().last('attach')
  assert.deepEqual({ epoch, seq }, { epoch: 'e', seq: 6 })
})

for (const [what, frame] of [
  ['deleted', () => ({ type: 'notice', kind: 'session.deleted', session: 's', data: {} })],
  ['refused', ({ id }) => ({ type: 'error', id, code: 'not_found', message: 'no', retryable: false })],
]) {
  test(`the cursor of a session that is ${what} is removed`, async () => {
    const cursors = new MemoryCursors()
    cursors.save('s', { epoch: 'e', seq: 5 })
    const { client, socket } = lasting({ cursors })
    await client.open('s')
    client.start()
    await done()
    socket().welcome()
    socket().say(frame(socket().last('attach')))
    await done()
    assert.equal(cursors.load('s'), undefined)
  })
}

/** What localStorage does. */
class FakeStorage {
  #items = new Map()
  get length() { return this.#items.size }
  key(index) { return [...this.#items.keys()][index] }
  getItem(key) { return this.#items.get(key) ?? null }
  setItem(key, value) { this.#items.set(key, String(value)) }
  removeItem(key) { this.#items.delete(key) }
}

async function contract(make) {
  const { cursors, outbox } = make()
  assert.equal(await cursors.load('s') ?? null, null)
  await cursors.save('s', { epoch: 'e', seq: 1 })
  await cursors.save('s', { epoch: 'e', seq: 2 })
  await cursors.save('t', { epoch: 'f', seq: 3 })
  const entries = ['c', 'b', 'a'].map(id => ({ at: 7, frame: { type: 'send', id, text: id } }))
  for (const entry of entries) await outbox.add(entry)
  await outbox.add({ at: 9, frame: { type: 'send', id: 'c', text: 'other' } })

  const again = make()
  assert.deepEqual(await again.cursors.load('s'), { epoch: 'e', seq: 2 })
  await again.cursors.remove('s')
  assert.equal(await again.cursors.load('s') ?? null, null)
  assert.deepEqual(await again.cursors.load('t'), { epoch: 'f', seq: 3 })
  assert.deepEqual((await again.outbox.all()).map(({ at, frame }) => ({ at, frame })), entries)
  await again.outbox.remove('b')
  await again.outbox.remove('unknown')
  assert.deepEqual(ids((await again.outbox.all()).map(({ frame }) => frame)), ['c', 'a'])
}

test('the ports in memory keep what they are given', async () => {
  const ports = { cursors: new MemoryCursors(), outbox: new MemoryOutbox() }
  await contract(() => ports)
})

test('the ports in the storage of a browser keep what they are given, for each user', async () => {
  const storage = new FakeStorage()
  storage.setItem('reprise.command.ada.x', '{broken')
  await contract(() => ({ cursors: new BrowserCursors('ada', storage), outbox: new BrowserOutbox('ada', storage) }))
  assert.deepEqual(new BrowserOutbox('bob', storage).all(), [])
  assert.equal(new BrowserCursors('bob', storage).load('t'), undefined)
})

test('the ports in a file keep what they are given', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-'))
  const path = join(folder, 'deep', 'state.json')
  await contract(() => fileStorage(path))
  const { outbox } = fileStorage(path)
  await Promise.all(['d', 'e', 'f'].map(id => outbox.add({ at: 8, frame: { type: 'send', id } })))
  assert.deepEqual(JSON.parse(await readFile(path, 'utf8')).outbox.map(({ frame }) => frame.id), ['c', 'a', 'd', 'e', 'f'])
  await writeFile(path, '{broken')
  await assert.rejects(async () => fileStorage(path).outbox.all())
  await rm(folder, { recursive: true })
})

test('a page that is seen again makes its client reconnect at once', async () => {
  const page = Object.assign(new EventTarget(), { document: Object.assign(new EventTarget(), { visibilityState: 'hidden' }) })
  const { client, socket } = lasting({ hints: pageHints(page) })
  client.start()
  await done()
  socket().drop()
  assert.equal(client.state.state, 'waiting')
  page.document.dispatchEvent(new Event('visibilitychange'))
  assert.equal(client.state.state, 'waiting', 'it was hidden')
  page.document.visibilityState = 'visible'
  page.document.dispatchEvent(new Event('visibilitychange'))
  assert.equal(client.state.state, 'connecting')
})
