import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attached, event, harness, live, page, record, settled } from './support/fakes.mjs'

/** A session that is live at 5. */
async function reading(options) {
  const h = await harness(options)
  const socket = await h.connect()
  const session = h.client.session('s')
  const heard = record(session)
  socket.say(attached(socket.last('attach')))
  socket.say(page(5))
  socket.say(live(5))
  heard.length = 0
  return { ...h, session, heard, wire: socket }
}
const cursor = ({ epoch, seq }) => [epoch, seq]

test('attaches without a cursor, and moves it with the snapshot and each event', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  const session = client.session('s')
  const heard = record(session)
  const attach = socket.last('attach')
  assert.deepEqual(attach, { type: 'attach', id: attach.id, session: 's' })
  socket.say(attached(attach))
  socket.say(page(5))
  socket.say(event(6))
  socket.say(event(9, { from: 7 }))
  socket.say(live(9))
  assert.deepEqual(heard, [['attached', 'snapshot'], ['snapshot', 5], ['event', 6], ['event', 9], ['live', 9]])
  assert.deepEqual(cursor(session), ['e', 9])
  assert.equal(session.status, 'live')
})

test('asks from its cursor after a reconnect, and replay goes on from there', async () => {
  const { clock, socket, session, heard, wire } = await reading()
  wire.drop()
  await clock.advance(500)
  socket().welcome()
  const attach = socket().last('attach')
  assert.deepEqual([attach.epoch, attach.after], ['e', 5])
  socket().say(attached(attach, { mode: 'replay', recovered: true, head: 7 }))
  socket().say(event(7, { from: 6 }))
  socket().say(live(7))
  assert.deepEqual(heard, [['attached', 'replay'], ['event', 7], ['live', 7]])
  assert.deepEqual(cursor(session), ['e', 7])
})

test('a cursor from an earlier reading can be given', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  client.session('s', { epoch: 'e', seq: 3 })
  const { epoch, after } = socket.last('attach')
  assert.deepEqual([epoch, after], ['e', 3])
})

test('events between attach and its answer are ignored', async () => {
  const { clock, session, heard, wire } = await reading()
  wire.say(event(9)) // a hole: 6 to 8 are missing
  await clock.advance(0)
  const attach = wire.last('attach')
  assert.deepEqual([attach.epoch, attach.after], ['e', 5])
  wire.say(event(6))
  wire.say(attached({ id: 'another' }, { mode: 'reset' }))
  wire.say(attached(null, { mode: 'reset' }))
  wire.say(page(9))
  wire.say(live(9))
  assert.deepEqual(heard, [['reattach', undefined]])
  assert.deepEqual(cursor(session), ['e', 5])
  wire.say(attached(attach, { mode: 'replay', recovered: true, head: 9 }))
  wire.say(event(6))
  assert.deepEqual(cursor(session), ['e', 6])
})

test('duplicates are dropped', async () => {
  const { session, heard, wire } = await reading()
  wire.say(event(5))
  wire.say(event(4, { from: 2 }))
  assert.deepEqual(heard, [])
  assert.deepEqual(cursor(session), ['e', 5])
})

test('a range that begins at or below the cursor and ends above it is asked for again', async () => {
  const { clock, session, wire } = await reading()
  wire.say(event(7, { from: 5 }))
  await clock.advance(0)
  assert.deepEqual(cursor(session), ['e', 5])
  assert.equal(wire.all('attach').length, 2)
})

test('a beat ahead of the cursor attaches again, one at or behind it does not', async () => {
  const { clock, wire } = await reading()
  wire.say({ type: 'beat', sent: { s: 5, other: 100 } })
  await clock.advance(0)
  assert.equal(wire.all('attach').length, 1)
  wire.say({ type: 'beat', sent: { s: 6 } })
  await clock.advance(0)
  assert.equal(wire.all('attach').length, 2)
})

test('a live frame ahead of the cursor makes the client attach again', async () => {
  const { clock, wire } = await reading()
  wire.say(live(6))
  await clock.advance(0)
  assert.equal(wire.all('attach').length, 2)
})

test('a snapshot is applied with its last page, as one; page 1 starts afresh', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  const session = client.session('s')
  let applied = null
  session.on('snapshot', frame => { applied = frame })
  socket.say(attached(socket.last('attach')))
  socket.say(page(5, { last: false, messages: [{ id: 'old' }] }))
  socket.say(page(5, { last: false, messages: [{ id: 'a' }], earlier: true }))
  assert.deepEqual(cursor(session), [null, null])
  socket.say({ type: 'beat', sent: { s: 4 } })
  socket.say(page(5, { page: 2, messages: [{ id: 'b' }], run: { id: 'r' } }))
  assert.deepEqual(applied.messages, [{ id: 'a' }, { id: 'b' }])
  assert.equal(applied.earlier, true)
  assert.equal(applied.run.id, 'r')
  assert.deepEqual(cursor(session), ['e', 5])
})

test('cut off before the last page it asks without a cursor', async () => {
  const { client, clock, socket, connect } = harness()
  const first = await connect()
  client.session('s', { epoch: 'e', seq: 2 })
  first.say(attached(first.last('attach'), { mode: 'snapshot', reason: 'trimmed' }))
  first.say(page(5, { last: false }))
  first.drop()
  await clock.advance(500)
  socket().welcome()
  const attach = socket().last('attach')
  assert.deepEqual([attach.epoch, attach.after], [undefined, undefined])
})

test('a missing page starts over without a cursor', async () => {
  const { client, clock, connect } = harness()
  const socket = await connect()
  client.session('s')
  socket.say(attached(socket.last('attach')))
  socket.say(page(5, { page: 2 }))
  await clock.advance(0)
  assert.equal(socket.all('attach').length, 2)
  assert.equal(socket.last('attach').after, undefined)
})

test('a reset that nobody asked for replaces what was there', async () => {
  const { session, heard, wire } = await reading()
  wire.say(attached(null, { epoch: 'e2', mode: 'reset', reason: 'epoch', head: 3 }))
  wire.say(page(3, { epoch: 'e2' }))
  wire.say(event(4))
  wire.say(live(4))
  assert.deepEqual(heard, [['attached', 'reset'], ['snapshot', 3], ['event', 4], ['live', 4]])
  assert.deepEqual(cursor(session), ['e2', 4])
})

test('a snapshot newer than its verdict is followed by another attach: the queue of the verdict is old', async () => {
  const { client, clock, connect } = harness()
  const socket = await connect()
  const session = client.session('s')
  socket.say(attached(socket.last('attach'), { head: 5 }))
  socket.say(page(8))
  await clock.advance(0)
  assert.equal(socket.last('attach').after, 8)
  assert.deepEqual(cursor(session), ['e', 8])
})

test('not_found ends the session and is told; unavailable is asked again', async () => {
  const { client, clock, connect } = harness()
  const socket = await connect()
  const session = client.session('s')
  const heard = record(session)
  const refuse = (code, retryable) =>
    socket.say({ type: 'error', id: socket.last('attach').id, session: 's', code, message: 'no', retryable })
  refuse('unavailable', true)
  await clock.advance(500)
  assert.equal(socket.all('attach').length, 2)
  refuse('not_found', false)
  assert.deepEqual(heard.at(-1), ['error', 'not_found'])
  assert.equal(session.status, 'failed')
  socket.drop()
  await clock.advance(30_000)
  assert.equal(socket.all('attach').length, 2)
})

test('a reading that the server ends for good is not begun again', async () => {
  const { client, clock, connect } = harness()
  const socket = await connect()
  const session = client.session('s')
  socket.say(attached(socket.last('attach'), { head: 5 }))
  socket.say({ type: 'error', session: 's', code: 'internal', message: 'no', retryable: false })
  assert.equal(session.status, 'failed')
  await clock.advance(120_000)
  assert.equal(socket.all('attach').length, 1)
})

test('an attach without an answer is sent again', async () => {
  const { client, clock, connect } = harness()
  const socket = await connect()
  client.session('s')
  await clock.advance(15_000)
  const [first, second] = socket.all('attach')
  assert.notEqual(first.id, second.id)
})

test('repeated gaps are requested again with growing waits', async () => {
  const { clock, wire } = await reading()
  const waits = []
  for (let i = 0; i < 4; i++) {
    wire.say(event(9))
    const before = wire.all('attach').length
    let ms = 0
    while (wire.all('attach').length === before) {
      await clock.advance(100)
      ms += 100
    }
    waits.push(ms)
    wire.say(attached(wire.last('attach'), { mode: 'replay', recovered: true }))
  }
  assert.deepEqual(waits, [100, 1000, 2000, 4000])
})

test('many sessions share one socket and do not touch each other', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  const one = client.session('s')
  socket.say(attached(socket.last('attach')))
  const two = client.session('t')
  socket.say(page(5))
  socket.say({ ...event(6), session: 't' })
  socket.say(event(6))
  assert.deepEqual(cursor(one), ['e', 6])
  assert.deepEqual(cursor(two), [null, null])
})

test('a detached session is not read any more, nor attached after a reconnect', async () => {
  const { client, clock, socket, heard, wire } = await reading()
  client.detach('s')
  assert.equal(wire.last('detach').session, 's')
  wire.say(event(6))
  wire.drop()
  await clock.advance(500)
  socket().welcome()
  await settled()
  assert.equal(socket().last('attach'), undefined)
  assert.deepEqual(heard, [])
})
