import assert from 'node:assert/strict'
import { test } from 'node:test'
import { harness, settled } from './support/fakes.mjs'

const result = (frame, more) => ({ type: 'result', id: frame.id, ...more })
const error = (frame, more) => ({ type: 'error', id: frame.id, message: 'no', retryable: false, ...more })

test('a command carries a UUID and resolves with its result', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  const sent = client.send('s', 'hello', { onBusy: 'queue' })
  const frame = socket.last('send')
  assert.match(frame.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.deepEqual(frame, { type: 'send', id: frame.id, session: 's', text: 'hello', onBusy: 'queue' })
  socket.say(result(frame, { message: 'm1', status: 'started', run: 'r1' }))
  assert.equal((await sent).message, 'm1')
})

test('a message can be asked again, and a send can say what to do with the run', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  client.regenerate('s', { message: 'm1', text: 'better' })
  const { id, ...again } = socket.last('regenerate')
  assert.deepEqual(again, { type: 'regenerate', session: 's', message: 'm1', text: 'better' })
  client.regenerate('s')
  assert.deepEqual(Object.keys(socket.last('regenerate')).sort(), ['id', 'session', 'type'])
  client.send('s', 'now', { onBusy: 'interrupt' })
  assert.equal(socket.last('send').onBusy, 'interrupt')
})

test('an answer carries the decision, and is the same command however often it is sent', async () => {
  const { client, clock, socket, connect } = harness()
  await connect()
  const answered = client.answer('s', { interrupt: 'i1', decision: 'edit', arguments: { ms: 5 } })
  const frame = socket().last('answer')
  const { id, ...fields } = frame
  assert.deepEqual(fields, { type: 'answer', session: 's', interrupt: 'i1', decision: 'edit', arguments: { ms: 5 } })
  socket().drop()
  await clock.advance(1_000)
  socket().welcome()
  assert.deepEqual(socket().last('answer'), frame)
  socket().say(result(frame, { run: 'r2', open: [] }))
  assert.equal((await answered).run, 'r2')
})

test('an error rejects with code, message and whether to try again', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  const sent = client.stopRun('s', { run: 'old' })
  socket.say(error(socket.last('stop'), { code: 'stale_run', message: 'Another run is active.' }))
  await assert.rejects(sent, { code: 'stale_run', message: 'Another run is active.', retryable: false })
})

test('unanswered commands are sent again after a reconnect: same ids, same order, same payload', async () => {
  const { client, clock, socket, connect } = harness()
  const first = await connect()
  const one = client.send('s', 'one')
  const two = client.requeue('s', 'm', 'two')
  const before = [first.last('send'), first.last('requeue')]
  first.drop()
  await clock.advance(500)
  socket().welcome()
  assert.deepEqual(socket().sent.filter(frame => frame.type !== 'hello'), before)
  socket().say(result(before[0], { message: 'm1', duplicate: true }))
  socket().say(result(before[1]))
  assert.equal((await one).duplicate, true)
  await two
  socket().drop()
  await clock.advance(1_000)
  socket().welcome()
  assert.equal(socket().sent.length, 1, 'answered commands are not sent again')
})

test('a command given while there is no connection waits for one', async () => {
  const { client, socket } = harness()
  const created = client.create()
  client.start()
  await settled()
  socket().welcome()
  socket().say(result(socket().last('create'), { session: 's1', epoch: 'e' }))
  assert.equal((await created).session, 's1')
})

test('an answer that does not come is asked for again with the same id', async () => {
  const { client, clock, connect } = harness()
  const socket = await connect()
  client.send('s', 'one')
  await clock.advance(15_000)
  const [first, second] = socket.all('send')
  assert.deepEqual(first, second)
})

for (const code of ['unavailable', 'timeout', 'too_many_requests']) {
  test(`retryable ${code} is tried again later with the same id`, async () => {
    const { client, clock, connect } = harness()
    const socket = await connect()
    const sent = client.send('s', 'one')
    const frame = socket.last('send')
    socket.say(error(frame, { code, retryable: true }))
    await clock.advance(499)
    assert.equal(socket.all('send').length, 1)
    await clock.advance(1)
    assert.deepEqual(socket.all('send')[1], frame)
    socket.say(error(frame, { code, retryable: true, afterMs: 3_000 }))
    await clock.advance(2_999)
    assert.equal(socket.all('send').length, 2)
    await clock.advance(1)
    socket.say(result(frame, { message: 'm' }))
    assert.equal((await sent).message, 'm')
  })
}

test('other errors are not tried again, retryable or not', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  const sent = client.send('s', 'one')
  socket.say(error(socket.last('send'), { code: 'queue_full', retryable: true }))
  await assert.rejects(sent, { code: 'queue_full', retryable: true })
})

test('a command without an answer is given up after its age', async () => {
  const { client, clock, connect } = harness({ commandAgeMs: 20_000 })
  const socket = await connect()
  const rejected = assert.rejects(client.send('s', 'one'), { code: 'timeout', retryable: true })
  await clock.advance(20_000)
  await rejected
  const sends = socket.all('send').length
  await clock.advance(30_000)
  assert.equal(socket.all('send').length, sends)
})

test('the number of commands under way is bounded', async () => {
  const { client } = harness({ commandsMax: 2 })
  client.send('s', 'one')
  client.send('s', 'two')
  await assert.rejects(client.send('s', 'three'), { code: 'too_many_requests' })
})

test('a frame that would close the socket for good is not sent', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  await assert.rejects(client.send('s', 'ä'.repeat(600_000)), { code: 'too_large' })
  assert.equal(socket.last('send'), undefined)
})

test('an id that is under way is one command', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  const one = client.send('s', 'one', { id: 'x' })
  const again = client.send('s', 'one', { id: 'x' })
  assert.equal(socket.all('send').length, 1)
  socket.say(result({ id: 'x' }, { message: 'm' }))
  assert.equal(await one, await again)
})

test('history is rewound by a command like any other', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  const again = client.regenerate('s')
  const changed = client.regenerate('s', { message: 'm1', text: 'better' })
  const [first, second] = socket.all('regenerate')
  assert.deepEqual(first, { type: 'regenerate', id: first.id, session: 's' })
  assert.deepEqual(second, { type: 'regenerate', id: second.id, session: 's', message: 'm1', text: 'better' })
  socket.say(result(second, { message: 'm2', status: 'started', run: 'r2' }))
  socket.say(error(first, { code: 'busy' }))
  assert.equal((await changed).run, 'r2')
  await assert.rejects(again, { code: 'busy' })
})

test('a stop names its run or its scope', async () => {
  const { client, connect } = harness()
  const socket = await connect()
  client.stopRun('s', { scope: 'queued' })
  const frame = socket.last('stop')
  assert.deepEqual(frame, { type: 'stop', id: frame.id, session: 's', scope: 'queued' })
})
