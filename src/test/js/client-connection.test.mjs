import assert from 'node:assert/strict'
import { test } from 'node:test'
import { harness, settled } from './support/fakes.mjs'

test('the client sends hello first, with a token that it asks for at each connect', async () => {
  const { client, clock, sockets, tokens, connect } = harness()
  const first = await connect()
  assert.deepEqual({ ...first.sent[0], id: 0 }, { type: 'hello', id: 0, version: 1, token: 'token1', client: 'test' })
  assert.equal(client.state.state, 'open')
  first.drop()
  await clock.advance(500)
  sockets[1].open()
  assert.equal(sockets[1].sent[0].token, 'token2')
  assert.deepEqual(tokens, [{ renew: false }, { renew: false }])
})

test('reconnecting waits with full jitter, from 0.5 s to 30 s, and never gives up', async () => {
  const { client, clock, states, socket } = harness()
  client.start()
  const waits = []
  for (let i = 0; i < 12; i++) {
    await settled()
    socket().drop()
    waits.push(states.at(-1).retryInMs)
    await clock.advance(waits.at(-1))
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000, 30000, 30000, 30000])
  assert.equal(client.state.state, 'connecting')
})

/** A server that is away: it said so, or nobody answers. A client that nobody waits for, or one that is refused, keeps the long waits. */
for (const [what, options, lose, longest] of [
  ['nobody answers, and somebody waits', { isWatched: () => true }, socket => socket.drop(), 5_000],
  ['the server shut down, and somebody waits', { isWatched: () => true }, socket => { socket.welcome(); socket.drop(4001) }, 5_000],
  ['nobody waits', { isWatched: () => false }, socket => socket.drop(), 30_000],
  ['the server is too busy', { isWatched: () => true }, socket => { socket.welcome(); socket.drop(4013) }, 30_000],
  ['no token can be fetched, and somebody waits',
    { isWatched: () => true, token: () => { throw new TypeError('Failed to fetch') } }, () => {}, 5_000],
  ['no token is given', { isWatched: () => true, token: () => { throw new Error('no token: 429') } }, () => {}, 30_000],
]) {
  test(`the longest wait is ${longest / 1000} s when ${what}`, async () => {
    const { client, clock, states, socket } = harness(options)
    client.start()
    for (let i = 0; i < 12; i++) {
      await settled()
      lose(socket())
      await settled()
      assert.equal(states.at(-1).retryInMs, Math.min(longest, 500 * 2 ** i))
      await clock.advance(states.at(-1).retryInMs)
    }
  })
}

test('the jitter of a wait can be zero', async () => {
  const { client, states, socket } = harness({ random: () => 0 })
  client.start()
  await settled()
  socket().drop()
  assert.equal(states.at(-1).retryInMs, 0)
})

test('the backoff starts over only after a connection that has lasted', async () => {
  const { clock, states, socket, connect } = harness()
  await connect()
  socket().drop()
  await clock.advance(500)
  socket().welcome()
  await clock.advance(1_000)
  socket().drop(4008)
  assert.equal(states.at(-1).retryInMs, 1000, 'dropped after one second')
  await clock.advance(1_000)
  socket().welcome()
  await clock.advance(6_000)
  socket().drop(4008)
  assert.equal(states.at(-1).retryInMs, 500, 'dropped after it held')
})

for (const code of [1009, 4500, 4501, 4502, 4504, 4506, 4999]) {
  test(`close code ${code} is final`, async () => {
    const { client, clock, sockets, connect } = harness()
    const socket = await connect()
    const command = client.create()
    socket.drop(code, 'why')
    assert.deepEqual(client.state, { state: 'closed', code, reason: 'why', final: true })
    await assert.rejects(command, { code: 'unavailable' })
    await assert.rejects(client.create(), { code: 'unavailable' })
    await clock.advance(100_000)
    assert.equal(sockets.length, 1)
  })
}

for (const code of [1000, 1001, 1005, 1006, 1011, 4001, 4004, 4008, 4012, 4013]) {
  test(`close code ${code} is not final`, async () => {
    const { client, connect } = harness()
    ;(await connect()).drop(code)
    assert.equal(client.state.state, 'waiting')
  })
}

test('close code 4005 makes the client ask for a new token', async () => {
  const { clock, tokens, connect } = harness()
  ;(await connect()).drop(4005)
  await clock.advance(500)
  assert.deepEqual(tokens, [{ renew: false }, { renew: true }])
})

test('a token whose end is known is replaced in band before it', async () => {
  let given = 0
  const token = () => ({ token: `t${++given}`, expiresAt: 1_000_000 + given * 300_000 })
  const { clock, connect } = harness({ token })
  const socket = await connect()
  const beat = () => socket.say({ type: 'beat', sent: {} })
  for (let i = 0; i < 12; i++) {
    await clock.advance(20_000)
    beat()
  }
  assert.deepEqual(socket.all('token').map(frame => frame.token), ['t2'])
})

test('a token supplier that fails is tried again, one that says final is not', async () => {
  let failure = new Error('no network')
  const { client, clock, states } = harness({ token: () => { throw failure } })
  client.start()
  await settled()
  assert.equal(states.at(-1).state, 'waiting')
  failure = Object.assign(new Error('signed out'), { final: true })
  await clock.advance(500)
  assert.deepEqual(client.state, { state: 'closed', code: 4500, reason: 'signed out', final: true })
})

test('goaway: stays until the server closes, then waits the time it named', async () => {
  const { clock, states, sockets, connect } = harness()
  const socket = await connect()
  socket.say({ type: 'goaway', reason: 'shutting down', afterMs: 4_000 })
  await clock.advance(1_000)
  assert.equal(socket.readyState, 1)
  socket.drop(4001)
  assert.equal(states.at(-1).retryInMs, 3_000 + 500)
  await clock.advance(3_499)
  assert.equal(sockets.length, 1)
  await clock.advance(1)
  assert.equal(sockets.length, 2)
})

test('after goaway the client closes a connection that the server does not close', async () => {
  const { clock, sockets, connect } = harness({ goawayGraceMs: 2_000 })
  const socket = await connect()
  socket.say({ type: 'goaway', reason: 'moving', afterMs: 1_000 })
  await clock.advance(3_600)
  assert.equal(socket.readyState, 3)
  assert.equal(sockets.length, 2)
})

test('silence of two heartbeats and the margin is a dead connection', async () => {
  const { client, clock, connect } = harness()
  const socket = await connect()
  await clock.advance(54_000)
  socket.say({ type: 'beat', sent: {} })
  await clock.advance(54_999)
  assert.equal(client.state.state, 'open')
  await clock.advance(1)
  assert.equal(client.state.state, 'waiting')
  assert.equal(socket.readyState, 3)
})

test('no welcome in time is a failed attempt', async () => {
  const { client, clock, socket } = harness()
  client.start()
  await settled()
  socket().open()
  await clock.advance(15_000)
  assert.equal(client.state.state, 'waiting')
})

test('going online ends the wait for a reconnect, but not a wait that the server asked for', async () => {
  const { clock, sockets, hints, connect } = harness()
  ;(await connect()).drop()
  hints.dispatchEvent(new Event('online'))
  await settled()
  assert.equal(sockets.length, 2)
  sockets[1].welcome()
  sockets[1].say({ type: 'goaway', reason: 'full', afterMs: 10_000 })
  sockets[1].drop(4001)
  hints.dispatchEvent(new Event('online'))
  await clock.advance(5_000)
  assert.equal(sockets.length, 2)
})

test('going offline makes the client send a ping, and close the connection if no answer comes', async () => {
  const { client, clock, hints, connect } = harness()
  const socket = await connect()
  hints.dispatchEvent(new Event('offline'))
  socket.say({ type: 'pong', id: socket.last('ping').id })
  await clock.advance(5_000)
  assert.equal(client.state.state, 'open')
  hints.dispatchEvent(new Event('offline'))
  await clock.advance(5_000)
  assert.equal(client.state.state, 'waiting')
})

test('an error instead of welcome is final unless it can pass', async () => {
  const { client, clock, socket, tokens } = harness()
  client.start()
  await settled()
  socket().open()
  socket().say({ type: 'error', id: socket().sent[0].id, code: 'token_expired', message: 'expired', retryable: false })
  assert.equal(client.state.state, 'waiting')
  await clock.advance(500)
  assert.deepEqual(tokens.at(-1), { renew: true })
  socket().open()
  socket().say({ type: 'error', id: socket().sent[0].id, code: 'unauthorized', message: 'no', retryable: false })
  assert.equal(client.state.final, true)
})

test('a stopped client can be started again', async () => {
  const { client, connect } = harness()
  await connect()
  client.stop()
  assert.deepEqual(client.state, { state: 'closed', code: 1000, reason: 'stopped', final: false })
  await connect()
  assert.equal(client.state.state, 'open')
})

test('frames of an abandoned socket are ignored', async () => {
  const { client, connect } = harness()
  const notices = []
  client.on('notice', notice => notices.push(notice))
  const socket = await connect()
  const late = socket.onmessage
  client.stop()
  late({ data: JSON.stringify({ type: 'notice', kind: 'mcp.status' }) })
  assert.deepEqual(notices, [])
})

/** Symptom: each sign-in left a client behind that listened to the browser for ever. */
test('a closed client has no listeners, and one that starts again has', async () => {
  const heard = new Map()
  const hints = {
    addEventListener: (name, action) => heard.set(name, (heard.get(name) ?? new Set()).add(action)),
    removeEventListener: (name, action) => heard.get(name)?.delete(action),
  }
  const count = () => [...heard.values()].reduce((sum, actions) => sum + actions.size, 0)
  const { client, connect, socket } = harness({ hints })
  assert.equal(count(), 0)
  await connect()
  assert.equal(count(), 2)
  client.stop()
  assert.equal(count(), 0)
  client.start()
  await settled()
  assert.equal(count(), 2)
  socket().drop(4500)
  assert.equal(count(), 0)
})

const PEERS = { server: { peers: ['http://a:8080', 'http://b:8080', 'http://c:8080'] } }

test('a client whose node is gone goes on with the others that it was told of, and asks for a token there', async () => {
  const apis = []
  const { client, clock, sockets, socket, states } = harness({ url: 'ws://b:8080/ws', token: ({ api }) => { apis.push(api); return 'token' } })
  client.start()
  await settled()
  socket().welcome(PEERS)
  for (let i = 0; i < 4; i++) {
    socket().drop()
    await clock.advance(states.at(-1).retryInMs)
  }
  // The same one first: only the connection may be gone.
  assert.deepEqual(sockets.map(each => each.url), ['b', 'b', 'a', 'c', 'b'].map(name => `ws://${name}:8080/ws`))
  assert.deepEqual(apis, ['b', 'b', 'a', 'c', 'b'].map(name => `http://${name}:8080/api/v1`))
})

test('a client stays with the node that took it, and leaves one that shuts down at once', async () => {
  const { client, clock, sockets, socket } = harness({ url: 'ws://a:8080/ws' })
  client.start()
  await settled()
  socket().welcome(PEERS)
  socket().drop(4001)
  await clock.advance(500)
  socket().welcome(PEERS)
  await clock.advance(6_000)
  socket().drop()
  await clock.advance(500)
  assert.deepEqual(sockets.map(each => each.url), ['a', 'b', 'b'].map(name => `ws://${name}:8080/ws`))
})

test('what goes over REST goes to the node in use', async () => {
  const asked = []
  const fetch = async url => { asked.push(url); return new Response('{"session":"s_2","epoch":"e"}', { status: 201 }) }
  const { client, clock, socket } = harness({ url: 'ws://a:8080/ws', fetch })
  client.start()
  await settled()
  socket().welcome(PEERS)
  socket().drop(4001)
  await clock.advance(500)
  await client.fork('s_1', {})
  assert.deepEqual(asked, ['http://b:8080/api/v1/sessions/s_1/fork'])
})
