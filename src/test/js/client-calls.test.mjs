import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientCalls } from '../../../webroot/js/client/calls.js'
import { attached, harness, live, page, settled } from './support/fakes.mjs'

async function reading(tools, { verdict, snapshot } = {}) {
  const h = harness()
  const socket = await h.connect()
  const session = h.client.session('s')
  const errors = []
  const calls = new ClientCalls(h.client, session, tools, error => errors.push(error.code))
  socket.say(attached(socket.last('attach'), verdict))
  socket.say(page(5, snapshot))
  socket.say(live(5))
  let seq = 5
  const say = event => socket.say({ type: 'event', session: 's', seq: ++seq, ts: 1, run: 'r', event })
  return { ...h, socket, session, calls, say, errors }
}
const results = socket => socket.all('answer').map(({ session, results }) => [session, ...results])
const finished = (...ids) => ({ type: 'RUN_FINISHED', outcome: { type: 'success', pendingToolCallIds: ids } })

test('a call is executed when its run has ended, and its result is sent', async () => {
  const seen = []
  const { socket, say, calls } = await reading({ zoom: { run: args => { seen.push(args); return { level: args.by } } } })
  assert.deepEqual(calls.declarations, [{ name: 'zoom', description: '', parameters: { type: 'object' } }])
  say({ type: 'TOOL_CALL_START', toolCallId: 't', toolCallName: 'zoom' })
  say({ type: 'TOOL_CALL_ARGS', toolCallId: 't', delta: '{"by"' })
  say({ type: 'TOOL_CALL_ARGS', toolCallId: 't', delta: ':2}' })
  say({ type: 'TOOL_CALL_END', toolCallId: 't' })
  await settled()
  assert.deepEqual(seen, [])
  say(finished('t'))
  await settled()
  assert.deepEqual(seen, [{ by: 2 }])
  assert.deepEqual(results(socket), [['s', { toolCallId: 't', content: '{"level":2}' }]])
})

test('what is thrown is the error, and calls of others are left to them', async () => {
  const { socket, say } = await reading({ zoom: { run: () => { throw new Error('no map') } } })
  for (const [id, name] of [['t', 'zoom'], ['u', 'other']]) say({ type: 'TOOL_CALL_START', toolCallId: id, toolCallName: name })
  say(finished('t', 'u'))
  await settled()
  assert.deepEqual(results(socket), [['s', { toolCallId: 't', error: 'no map' }]])
})

test('a call that waits since before is executed once, also after another attach', async () => {
  const waits = { pendingToolCalls: [{ toolCallId: 't', name: 'zoom', arguments: '{"by":3}', run: 'r', expiresAt: '' }] }
  const { socket, session } = await reading({ zoom: { run: ({ by }) => `by ${by}` } }, { verdict: waits })
  session.attach()
  socket.say(attached(socket.last('attach'), { ...waits, mode: 'replay', head: 5 }))
  await settled()
  assert.deepEqual(results(socket), [['s', { toolCallId: 't', content: 'by 3' }]])
})

test('a call that had begun before the snapshot goes on from there', async () => {
  const snapshot = { run: { id: 'r', open: [], toolCalls: [{ id: 't', name: 'zoom', arguments: '{"by"', ended: false }] } }
  const { socket, say } = await reading({ zoom: { run: ({ by }) => `by ${by}` } }, { snapshot })
  say({ type: 'TOOL_CALL_ARGS', toolCallId: 't', delta: ':4}' })
  say(finished('t'))
  await settled()
  assert.deepEqual(results(socket), [['s', { toolCallId: 't', content: 'by 4' }]])
})

test('who is not the first is told so, and nothing is executed after a stop', async () => {
  const { socket, say, errors, calls } = await reading({ zoom: { run: () => 'x' } })
  say({ type: 'TOOL_CALL_START', toolCallId: 't', toolCallName: 'zoom' })
  say(finished('t'))
  await settled()
  socket.say({ type: 'error', id: socket.last('answer').id, code: 'conflict', message: 'has a result', retryable: false })
  await settled()
  assert.deepEqual(errors, ['conflict'])
  calls.stop()
  say({ type: 'TOOL_CALL_START', toolCallId: 'u', toolCallName: 'zoom' })
  say(finished('u'))
  await settled()
  assert.equal(results(socket).length, 1)
})
