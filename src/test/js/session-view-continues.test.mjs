import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyView, reduce, withEarlier } from '../../../webroot/js/session-view.js'

const event = (seq, event, run = 'run1') => ({ type: 'event', session: 's', seq, run, ts: 1000 + seq, event })
const custom = (seq, name, value) => event(seq, { type: 'CUSTOM', name, value }, undefined)
const fold = (frames, view = emptyView) => frames.reduce(reduce, view)
const text = (seq, id, role = 'assistant') => [
  event(seq, { type: 'TEXT_MESSAGE_START', messageId: id, role }),
  event(seq + 1, { type: 'TEXT_MESSAGE_CONTENT', messageId: id, delta: id }),
  event(seq + 2, { type: 'TEXT_MESSAGE_END', messageId: id }),
]
const call = (seq, id, args = '{"ms":10}') => [
  event(seq, { type: 'TOOL_CALL_START', toolCallId: id, toolCallName: 'sleep' }),
  event(seq + 1, { type: 'TOOL_CALL_ARGS', toolCallId: id, delta: args }),
  event(seq + 2, { type: 'TOOL_CALL_END', toolCallId: id }),
]
const result = (seq, id, more, run) =>
  event(seq, { type: 'TOOL_CALL_RESULT', messageId: `r${id}`, toolCallId: id, content: 'slept', ...more }, run)
const restarted = (seq, toSeq, lastMessage) =>
  custom(seq, 'run.restarted', { run: 'run1', attempt: 2, toSeq, lastMessage })
const interrupt = id => ({
  id: `i${id}`, reason: 'approval', message: 'May sleep be called?', toolCallId: id, expiresAt: '2026-03-02T09:00:00Z',
  metadata: { run: 'run1', tool: 'sleep', arguments: '{"ms":10}', decisions: ['approve', 'edit', 'reject', 'respond'] },
})
const asks = (seq, ...calls) => event(seq, {
  type: 'RUN_FINISHED', runId: 'run1', outcome: { type: 'interrupt', interrupts: calls.map(interrupt) },
})
const resolved = (seq, id, value) => custom(seq, 'interrupt.resolved', { interrupt: `i${id}`, run: 'run1', toolCall: id, ...value })
const begun = [event(1, { type: 'RUN_STARTED', runId: 'run1' }), ...text(2, 'ask', 'user')]
const states = view => view.items.filter(item => item.kind === 'tool').map(item => [item.id, item.state])

test('a restart voids what the run showed behind its last step, and the run stays', () => {
  const view = fold([...begun, ...text(5, 'step1'), event(8, { type: 'STEP_STARTED', stepName: 'step 2' }), ...text(9, 'step2'),
    restarted(12, 7, 'step1')])
  assert.deepEqual(view.items.map(item => item.id), ['ask', 'step1'])
  assert.deepEqual([view.run.id, view.run.attempt, view.run.steps], ['run1', 2, []])
  assert.deepEqual(view.restarts, [{ run: 'run1', after: 'text:step1' }])
})

test('a call whose result a restart made void is open again, also when it is not the last', () => {
  const view = fold([...begun, ...call(5, 'a'), ...call(8, 'b'), ...call(11, 'c'), result(14, 'a'), result(15, 'b'),
    restarted(16, 14, 'ra')])
  assert.deepEqual(states(view), [['a', 'done'], ['b', 'running'], ['c', 'running']])
  assert.equal(view.items.find(item => item.id === 'b').result, null)
  const again = fold([result(17, 'b', { content: 'again' })], view)
  assert.equal(again.items.find(item => item.id === 'b').result.text, 'again')
})

test('a message that was read while it was open stays when the step that wrote it was kept', () => {
  const snapshot = { type: 'snapshot', session: 's', epoch: 'e', seq: 6,
    messages: [{ id: 'ask', role: 'user', content: 'ask', metadata: { run: 'run1', seq: 2 } }],
    run: { id: 'run1', open: [{ messageId: 'step1', role: 'assistant', text: 'st' }], toolCalls: [] } }
  const view = fold([snapshot, event(7, { type: 'TEXT_MESSAGE_END', messageId: 'step1' }), ...text(9, 'step2')])
  assert.deepEqual(fold([restarted(12, 8, 'step1')], view).items.map(item => item.id), ['ask', 'step1'])
  assert.deepEqual(fold([restarted(12, 4, 'ask')], view).items.map(item => item.id), ['ask'])
})

test('what a restart made void does not come back with older messages', () => {
  const message = (id, seq) => ({ id, role: 'assistant', content: id, metadata: { run: 'run1', seq } })
  const snapshot = { type: 'snapshot', session: 's', epoch: 'e', seq: 9, messages: [message('c', 8)], earlier: true,
    run: { id: 'run1', open: [], toolCalls: [] } }
  const view = fold([snapshot, restarted(10, 3, 'a')])
  const all = withEarlier(view, { messages: [message('a', 2), message('b', 5)], earlier: false })
  assert.deepEqual(all.items.map(item => item.id), ['a'])
})

test('a run that asks leaves its calls open, and what it asks is open until it is answered', () => {
  const asked = fold([...begun, ...call(5, 'a'), ...call(8, 'b'), ...call(11, 'c'), result(14, 'c'), asks(15, 'a', 'b')])
  assert.equal(asked.run, null)
  assert.deepEqual(asked.outcomes.run1, { type: 'interrupt' })
  assert.deepEqual(asked.interrupts, [interrupt('a'), interrupt('b')])
  assert.deepEqual(states(asked), [['a', 'running'], ['b', 'running'], ['c', 'done']])

  const half = fold([resolved(16, 'a', { decision: 'edit', by: 'ann', arguments: '{"ms":5}' })], asked)
  assert.deepEqual(half.interrupts, [interrupt('b')])
  const edited = half.items.find(item => item.id === 'a')
  assert.deepEqual([edited.arguments, edited.state, edited.decision], ['{"ms":5}', 'running', { decision: 'edit', by: 'ann' }])

  const over = fold([
    resolved(17, 'b', { decision: 'reject', by: 'ann', text: 'too slow' }),
    event(18, { type: 'RUN_STARTED', runId: 'run2', metadata: { origin: 'user', resumes: 'run1' } }, 'run2'),
    result(19, 'b', { metadata: { status: 'rejected' } }, 'run2'), result(20, 'a', {}, 'run2'),
    event(21, { type: 'RUN_FINISHED', runId: 'run2', outcome: { type: 'success' } }, 'run2'),
  ], half)
  assert.deepEqual(states(over), [['a', 'done'], ['b', 'rejected'], ['c', 'done']])
  assert.deepEqual(over.items.find(item => item.id === 'b').decision, { decision: 'reject', by: 'ann', text: 'too slow' })
  assert.deepEqual(over.interrupts, [])
})

test('a request that was dropped leaves a call that was not made', () => {
  const view = fold([...begun, ...call(5, 'a'), asks(8, 'a'), resolved(9, 'a', { decision: 'cancelled', by: 'ann' })])
  assert.deepEqual(states(view), [['a', 'cancelled']])
})

test('a decision behind what a rewind leaves is void, with the arguments that it brought', () => {
  const view = fold([...begun, ...call(5, 'a'), asks(8, 'a'), resolved(9, 'a', { decision: 'edit', by: 'ann', arguments: '{}' }),
    custom(10, 'history.rewound', { toSeq: 7, lastMessage: 'ask' })])
  const { decision, arguments: args } = view.items.at(-1)
  assert.deepEqual([decision, args], [undefined, '{"ms":10}'])
})

test('the verdict of an attach says what is open, whatever was known before', () => {
  const asked = fold([...begun, ...call(5, 'a'), asks(8, 'a')])
  const verdict = interrupts => ({ type: 'attached', session: 's', epoch: null, head: 9, mode: 'replay', interrupts })
  assert.deepEqual(fold([verdict([])], asked).interrupts, [])
  assert.deepEqual(fold([verdict([interrupt('z')])], asked).interrupts, [interrupt('z')])
})

test('a snapshot shows calls that wait, that were decided, and that the active run is to answer as open', () => {
  const message = (id, metadata) => ({ id: `m${id}`, role: 'assistant', metadata: { run: 'run1', seq: 3, ...metadata },
    toolCalls: [{ id, type: 'function', function: { name: 'sleep', arguments: '{}' } }] })
  const decisions = { a: { decision: 'approve', by: 'ann' } }
  const read = (interrupts, more) => fold([
    { type: 'attached', session: 's', epoch: 'e', head: 9, mode: 'snapshot', interrupts },
    { type: 'snapshot', session: 's', epoch: 'e', seq: 9, messages: [message('a', { decisions }), message('b')], ...more },
  ])
  const waiting = read([interrupt('b')])
  assert.deepEqual(states(waiting), [['a', 'running'], ['b', 'running']])
  assert.deepEqual(waiting.items[0].decision, { decision: 'approve', by: 'ann' })
  const toolCalls = [{ id: 'b', name: 'sleep', arguments: '{}', ended: true }]
  const resumed = read([], { run: { id: 'run2', open: [], toolCalls } })
  assert.deepEqual(states(resumed), [['a', 'cancelled'], ['b', 'running']])
  const over = read([], { run: { id: 'run3', open: [], toolCalls: [] } })
  assert.deepEqual(states(over), [['a', 'cancelled'], ['b', 'cancelled']])
})

test('what a result says of its call is shown', () => {
  const view = fold(['error', 'cancelled', 'rejected', 'unknown', undefined].flatMap((status, i) =>
    [...call(10 * i, `c${i}`), result(10 * i + 5, `c${i}`, status && { metadata: { status } })]))
  assert.deepEqual(states(view).map(([, state]) => state), ['failed', 'cancelled', 'rejected', 'unknown', 'done'])
})
