import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyView, isLess, reduce, withEarlier } from '../../../webroot/js/session-view.js'
import { merged, randomLog, randomOf } from './support/random-log.mjs'
import { snapshotAt } from './support/server-fold.mjs'

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const event = (seq, event, run = 'run1') => ({ type: 'event', session: 's', seq, run, ts: 1000 + seq, event })
const fold = (frames, view = emptyView) => frames.reduce(reduce, view)

/** What must be the same however it was learnt; what a snapshot does not carry is left out. */
function essence({ seq, items, run, lastRun, outcomes, queue, interrupts }) {
  const shown = items.filter(item => item.text || item.kind === 'tool' || item.kind === 'note')
  return {
    seq, lastRun, queue, interrupts,
    run: run && { id: run.id, startedAt: run.startedAt, origin: run.origin },
    items: shown.map(({ seq, parent, at, since, by, command, decidedSeq, asked, ...item }) => item),
    outcomes: shown.map(item => outcomes[item.run]).map(outcome => outcome && [outcome.type, outcome.code]),
  }
}

test('a snapshot at any position and the events after it give the same view as all events', t => {
  t.diagnostic(`SEED=${SEED}`)
  const random = randomOf(SEED)
  for (let round = 0; round < 60; round++) {
    const frames = randomLog(random, 1 + Math.floor(random() * 4))
    const whole = fold(frames)
    for (let cut = 0; cut < 12; cut++) {
      const seq = 1 + Math.floor(random() * frames.length)
      const { attached, snapshot } = snapshotAt('s', 'e', frames, seq)
      const at = fold([attached, snapshot])
      const where = `snapshot at ${seq}, round ${round}, SEED=${SEED}`
      assert.deepEqual(essence(at), essence(fold(frames.slice(0, seq))), where)
      const after = fold(merged(random, frames.slice(seq)), at)
      assert.deepEqual(essence(after), essence(whole), `${where}, and the rest`)
    }
  }
})

test('merged deltas give the same view as single deltas', t => {
  t.diagnostic(`SEED=${SEED}`)
  const random = randomOf(SEED)
  for (let round = 0; round < 30; round++) {
    const frames = randomLog(random, 3)
    assert.deepEqual(essence(fold(merged(random, frames))), essence(fold(frames)), `round ${round}, SEED=${SEED}`)
  }
})

test('what seals a message or a call changes nothing that is shown', () => {
  const before = fold([
    event(1, { type: 'TEXT_MESSAGE_START', messageId: 'a', role: 'assistant' }),
    event(2, { type: 'TEXT_MESSAGE_END', messageId: 'a' }),
    event(3, { type: 'TOOL_CALL_START', toolCallId: 't', toolCallName: 'time', parentMessageId: 'a' }),
  ])
  const after = fold([
    event(4, { type: 'REASONING_ENCRYPTED_VALUE', subtype: 'message', entityId: 'a', encryptedValue: '{}' }),
    event(5, { type: 'REASONING_ENCRYPTED_VALUE', subtype: 'tool-call', entityId: 't', encryptedValue: '{}' }),
  ], before)
  assert.equal(after.seq, 5)
  assert.deepEqual(after.items, before.items)
})

test('views are immutable, and unchanged items stay the same objects', () => {
  const before = fold([
    event(1, { type: 'TEXT_MESSAGE_START', messageId: 'a', role: 'user' }),
    event(2, { type: 'TEXT_MESSAGE_CONTENT', messageId: 'a', delta: 'hello' }),
    event(3, { type: 'TEXT_MESSAGE_START', messageId: 'b', role: 'assistant' }),
  ])
  const copy = structuredClone(before)
  const after = reduce(before, event(4, { type: 'TEXT_MESSAGE_CONTENT', messageId: 'b', delta: 'x' }))
  assert.deepEqual(before, copy)
  assert.equal(after.items[0], before.items[0])
  assert.notEqual(after.items[1], before.items[1])
  assert.equal(after.items[1].text, 'x')
})

test('a stopped run keeps its partial answer and says so', () => {
  const view = fold([
    event(1, { type: 'RUN_STARTED', runId: 'run1' }),
    event(2, { type: 'TEXT_MESSAGE_START', messageId: 'a', role: 'assistant' }),
    event(3, { type: 'TEXT_MESSAGE_CONTENT', messageId: 'a', delta: 'part' }),
    event(4, { type: 'CUSTOM', name: 'run.stopping', value: { run: 'run1', by: 'ann' } }),
  ])
  assert.equal(view.run.stopping, 'ann')
  const stopped = fold([
    event(5, { type: 'TEXT_MESSAGE_END', messageId: 'a' }),
    event(6, { type: 'RUN_FINISHED', runId: 'run1', outcome: { type: 'cancelled' } }),
  ], view)
  assert.equal(stopped.run, null)
  assert.equal(stopped.items[0].text, 'part')
  assert.deepEqual(stopped.outcomes.run1, { type: 'cancelled' })
  assert.deepEqual(stopped.lastRun, { id: 'run1', outcome: 'cancelled' })
})

test('a cancelled tool call is told from a finished one', () => {
  const start = id => event(1, { type: 'TOOL_CALL_START', toolCallId: id, toolCallName: 'sleep' })
  const result = (id, more) => event(2, { type: 'TOOL_CALL_RESULT', messageId: `r${id}`, toolCallId: id, ...more })
  const view = fold([
    start('a'), result('a', { content: 'Cancelled.' }),
    start('b'), result('b', { content: '{"ok":true}' }),
    start('c'), result('c', { content: 'whatever', metadata: { status: 'cancelled' } }),
  ])
  assert.deepEqual(view.items.map(item => item.state), ['cancelled', 'done', 'cancelled'])
})

test('a tool call without a result is not shown as running after the end of its run', () => {
  const view = fold([
    event(1, { type: 'RUN_STARTED', runId: 'run1' }),
    event(2, { type: 'TOOL_CALL_START', toolCallId: 'a', toolCallName: 'sleep' }),
    event(3, { type: 'RUN_ERROR', code: 'interrupted', message: 'The server stopped.' }),
  ])
  assert.equal(view.items[0].state, 'cancelled')
  assert.deepEqual(view.outcomes.run1, { type: 'error', code: 'interrupted', message: 'The server stopped.' })
})

test('a reset drops everything but the title', () => {
  const view = fold([
    event(1, { type: 'TEXT_MESSAGE_START', messageId: 'a', role: 'user' }),
    event(2, { type: 'CUSTOM', name: 'session.updated', value: { title: 'Tides' } }),
    { type: 'attached', session: 's', epoch: 'e2', head: 0, mode: 'reset', recovered: false, reason: 'epoch', queue: [] },
  ])
  assert.deepEqual(view.items, [])
  assert.equal(view.ready, false)
  assert.equal(view.title, 'Tides')
})

test('a title can be taken back', () => {
  const updated = (seq, value) => event(seq, { type: 'CUSTOM', name: 'session.updated', value })
  const view = fold([updated(1, { title: 'Tides', agent: 'a' }), updated(2, { title: null })])
  assert.equal(view.title, null)
  assert.equal(view.agent, 'a')
  assert.equal(view.seq, 2)
})

test('the code of the last run explains the outcome that the snapshot only names', () => {
  const attached = {
    type: 'attached', session: 's', epoch: 'e', head: 9, mode: 'snapshot', queue: [],
    lastRun: { id: 'run1', outcome: 'error', code: 'interrupted' },
  }
  const message = { id: 'a', role: 'user', content: 'hi', metadata: { run: 'run1', seq: 2, outcome: 'error' } }
  const view = fold([attached, { type: 'snapshot', session: 's', epoch: 'e', seq: 9, messages: [message] }])
  assert.deepEqual(view.outcomes.run1, { type: 'error', code: 'interrupted' })
})

test('why a run failed is told the same in a snapshot as it was live', () => {
  const error = { code: 'too_many_requests', message: 'Try again shortly.' }
  const failed = fold([
    event(1, { type: 'RUN_STARTED', runId: 'run1' }),
    event(2, { type: 'RUN_ERROR', ...error }),
  ])
  const metadata = { run: 'run1', seq: 2, outcome: 'error', error }
  const messages = [{ id: 'a', role: 'user', content: 'hi', metadata }]
  const attached = { type: 'attached', session: 's', epoch: 'e', head: 2, mode: 'snapshot', queue: [],
    lastRun: { id: 'run1', outcome: 'error', code: error.code } }
  const read = fold([attached, { type: 'snapshot', session: 's', epoch: 'e', seq: 2, messages }])
  assert.deepEqual(failed.outcomes.run1, { type: 'error', ...error })
  assert.deepEqual(read.outcomes.run1, failed.outcomes.run1)
})

test('text counts as lost when it was seen and is no more', () => {
  const text = (key, text, seq) => ({ key, kind: 'text', text, seq })
  const view = (...items) => ({ items, outcomes: {}, run: null })
  const seen = view(text('a', 'one', 1), text('b', 'two and', 4))

  assert.equal(isLess(seen, view(text('a', 'one', 1), text('b', 'two and three', 4))), false)
  assert.equal(isLess(seen, view(text('a', 'one', 1), text('b', 'two', 4))), true)
  assert.equal(isLess(seen, view(text('a', 'one', 1))), true)
  assert.equal(isLess(view(text('a', '', 1)), view()), false)
  assert.equal(isLess(view({ key: 't', kind: 'tool', seq: 1 }), view(text('a', 'one', 1))), true)
  assert.equal(isLess(seen, view()), false, 'the chat was cleared')
  assert.equal(isLess(seen, { items: [text('b', 'two and', 4)], earlier: true }), false)
})

test('a rewind voids what came behind a message, also what comes late from a read of history', () => {
  const message = (id, seq) => ({ id, role: 'user', content: id, metadata: { run: 'r', seq } })
  const view = fold([
    { type: 'snapshot', session: 's', epoch: 'e', seq: 9, messages: [message('c', 7)], earlier: true },
    event(10, { type: 'CUSTOM', name: 'history.rewound', value: { toSeq: 3, lastMessage: 'a' } }, undefined),
    event(11, { type: 'TEXT_MESSAGE_START', messageId: 'd', role: 'user' }),
  ])
  assert.deepEqual(view.items.map(item => item.id), ['d'])
  assert.equal(view.earlier, true)
  const all = withEarlier(view, { messages: [message('a', 2), message('b', 5)], earlier: false })
  assert.deepEqual(all.items.map(item => item.id), ['a', 'd'])
})

test('a rewind to the beginning leaves nothing earlier', () => {
  const view = fold([
    { type: 'snapshot', session: 's', epoch: 'e', seq: 9, messages: [], earlier: true },
    event(10, { type: 'CUSTOM', name: 'history.rewound', value: { toSeq: 0, lastMessage: null } }, undefined),
  ])
  assert.equal(view.earlier, false)
})

test('earlier messages come before the others, once', () => {
  const message = (id, seq) => ({ id, role: 'user', content: id, metadata: { run: 'r', seq } })
  const view = fold([{ type: 'snapshot', session: 's', epoch: 'e', seq: 9, messages: [message('b', 5)], earlier: true }])
  const all = withEarlier(view, { messages: [message('a', 2), message('b', 5)], earlier: false })
  assert.deepEqual(all.items.map(item => item.id), ['a', 'b'])
  assert.equal(all.earlier, false)
})

/** Symptom: the header did not name the agent of a chat, because nothing but `session.updated` was looked at. */
test('the agent of a chat is known from the beginning', () => {
  const attached = { type: 'attached', session: 's', epoch: 'e', head: 0, mode: 'replay', queue: [], agent: 'printers' }
  assert.equal(fold([attached]).agent, 'printers')
  assert.equal(fold([attached, { ...attached, agent: undefined }]).agent, 'printers')
})

const CALL = [
  event(1, { type: 'RUN_STARTED', threadId: 's', runId: 'run1', metadata: { origin: 'user' } }),
  event(2, { type: 'TOOL_CALL_START', toolCallId: 't', toolCallName: 'agent_helper', parentMessageId: 'a' }),
  event(3, { type: 'TOOL_CALL_END', toolCallId: 't' }),
  event(4, { type: 'SUBAGENT_STARTED', subagentRunId: 'x', name: 'helper', parentToolCallId: 't' }),
  event(5, { type: 'STEP_STARTED', subagentRunId: 'x', stepName: 'step 1' }),
  event(6, { type: 'TOOL_CALL_START', subagentRunId: 'x', toolCallId: 'u', toolCallName: 'agent_other', parentMessageId: 'b' }),
  event(7, { type: 'TOOL_CALL_END', subagentRunId: 'x', toolCallId: 'u' }),
  event(8, { type: 'SUBAGENT_STARTED', subagentRunId: 'y', name: 'other', parentToolCallId: 'u', parentSubagentRunId: 'x' }),
  event(9, { type: 'TEXT_MESSAGE_START', subagentRunId: 'y', messageId: 'c', role: 'assistant' }),
  event(10, { type: 'TEXT_MESSAGE_CONTENT', subagentRunId: 'y', messageId: 'c', delta: 'deep' }),
]

test('what a sub-agent does is in the call that it answers, however deep', () => {
  const { items, run } = fold(CALL)
  assert.equal(items.length, 1)
  assert.equal(items[0].subagent.name, 'helper')
  assert.deepEqual(run.steps, [])
  assert.equal(items[0].inner[0].subagent.name, 'other')
  assert.equal(items[0].inner[0].inner[0].text, 'deep')
})

test('what a sub-agent did after a restart is void, and what it did before is not', () => {
  const restarted = { type: 'CUSTOM', name: 'run.restarted', value: { run: 'run1', attempt: 2, toSeq: 8, lastMessage: 'm' } }
  const { items } = fold([...CALL, event(11, restarted)])
  assert.equal(items[0].inner.length, 1)
  assert.deepEqual(items[0].inner[0].inner, [])
})

test('the call of a sub-agent that waits for people waits, too', () => {
  const interrupts = [{ id: 'i', toolCallId: 'v', subagentRunId: 'x', metadata: { run: 'run1' } }]
  const waiting = fold([...CALL, event(11, { type: 'RUN_FINISHED', runId: 'run1', outcome: { type: 'interrupt', interrupts } })])
  assert.equal(waiting.items[0].state, 'running')
  const dropped = { type: 'CUSTOM', name: 'interrupt.resolved', value: { interrupt: 'i', toolCall: 'v', decision: 'cancelled' } }
  assert.equal(fold([event(12, dropped, null)], waiting).items[0].state, 'cancelled')
})

test('a snapshot shows the work of sub-agents as the events do', () => {
  const metadata = { run: 'run1', seq: 2, at: '1970-01-01T00:00:01.002Z' }
  const call = (id, name) => ({ id, type: 'function', function: { name, arguments: '' } })
  const messages = [
    { id: 'a', role: 'assistant', toolCalls: [call('t', 'agent_helper')], metadata: { ...metadata, subagents: { t: { id: 'x', name: 'helper' } } } },
    { id: 'b', role: 'assistant', subagentRunId: 'x', toolCalls: [call('u', 'agent_other')], metadata: { ...metadata, subagents: { u: { id: 'y', name: 'other' } } } },
  ]
  const run = { id: 'run1', startedAt: metadata.at, origin: 'user', open: [{ messageId: 'c', role: 'assistant', text: 'deep', subagentRunId: 'y' }], toolCalls: [] }
  const { items } = fold([{ type: 'snapshot', epoch: 'e', seq: 10, messages, earlier: false, run }])
  assert.equal(items.length, 1)
  assert.equal(items[0].inner[0].inner[0].text, 'deep')
})

test('a call that waits for its client stays open until its result, a stop, or what is answered by others', () => {
  const begun = [
    event(1, { type: 'RUN_STARTED', runId: 'run1' }),
    event(2, { type: 'TOOL_CALL_START', toolCallId: 't', toolCallName: 'zoom' }),
    event(3, { type: 'TOOL_CALL_END', toolCallId: 't' }),
    event(4, { type: 'RUN_FINISHED', outcome: { type: 'success', pendingToolCallIds: ['t'] } }),
  ]
  const waits = fold(begun)
  const state = view => view.items.find(item => item.id === 't').state
  assert.deepEqual([waits.calls, waits.interrupts, waits.run, state(waits)], [['t'], [], null, 'running'])

  const resolved = decision => event(5, { type: 'CUSTOM', name: 'interrupt.resolved', value: { interrupt: 'i', toolCall: 't', decision } }, null)
  const answered = fold([resolved('accept'), event(6, { type: 'RUN_STARTED', runId: 'run2' }, 'run2')], waits)
  assert.deepEqual([answered.calls, state(answered)], [[], 'running'])
  const cancelled = event(6, { type: 'TOOL_CALL_RESULT', messageId: 'm', toolCallId: 't', content: '-', metadata: { status: 'cancelled' } }, null)
  assert.equal(state(fold([resolved('cancelled'), cancelled], waits)), 'cancelled')

  const told = fold([
    { type: 'attached', epoch: 'e', mode: 'snapshot', pendingToolCalls: [{ toolCallId: 't' }] },
    { type: 'snapshot', epoch: 'e', seq: 4, messages: [{ id: 'm1', role: 'assistant', toolCalls: [{ id: 't', function: { name: 'zoom', arguments: '{}' } }], metadata: { run: 'run1', seq: 2 } }] },
  ])
  assert.deepEqual([told.calls, state(told)], [['t'], 'running'])
})
