import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chat } from '../../../webroot/js/chat/chat.js'
import { Emitter } from '../../../webroot/js/client/emitter.js'

const message = (id, content, seq) => ({ id, role: 'assistant', content, metadata: { run: 'r', seq } })
const said = [message('a', 'one', 2), message('b', 'two', 5)]

/** A chat over a client that only notes what it is asked. */
function reading(answers = {}) {
  const session = Object.assign(new Emitter(), { epoch: 'e', seq: 1 })
  const asked = []
  const command = name => (id, fields) => {
    asked.push([name, id, fields])
    return Promise.resolve().then(answers[name] ?? (() => ({})))
  }
  const client = { session: () => session, detach: () => {}, regenerate: command('regenerate'), stopRun: command('stop') }
  const chat = new Chat({ id: 's', client, api: {}, changed: () => {} })
  chat.open()
  /** The verdict, and the snapshot that comes with it. */
  const attach = (verdict, messages, seq = 9, run) => {
    session.emit('attached', { type: 'attached', session: 's', epoch: 'e', head: seq, ...verdict })
    session.emit('snapshot', { type: 'snapshot', session: 's', epoch: 'e', seq, messages, earlier: false, run })
  }
  return { chat, session, asked, attach }
}

test('nothing is said about a chat that is read for the first time', () => {
  const { chat, attach } = reading()
  attach({ mode: 'snapshot' }, said)
  assert.equal(chat.verdict, null)
})

for (const [what, verdict, after, words] of [
  ['a log that lost nothing', { mode: 'reset', reason: 'epoch' }, said, null],
  ['a log that lost a message', { mode: 'reset', reason: 'epoch' }, said.slice(0, 1), { key: 'text:a', kind: 'lost' }],
  ['a log that lost the end of one', { mode: 'reset', reason: 'epoch' }, [said[0], message('b', 'tw', 5)],
    { key: 'text:b', kind: 'lost' }],
  ['a log behind this client', { mode: 'reset', reason: 'ahead' }, said.slice(0, 1), { key: 'text:a', kind: 'ahead' }],
  ['a cursor that is too old', { mode: 'snapshot', reason: 'trimmed' }, said, { key: 'text:b', kind: 'trimmed' }],
  ['a log that was cleared', { mode: 'reset', reason: 'epoch' }, [], null],
]) {
  test(`readers are told of ${what}`, () => {
    const { chat, attach } = reading()
    attach({ mode: 'snapshot' }, said)
    attach(verdict, after)
    assert.deepEqual(chat.verdict, words)
  })
}

test('an answer that continues after a crash is not reported as lost text, because it writes again what was not stored', () => {
  const { chat, attach } = reading()
  const run = { id: 'r', open: [], toolCalls: [] }
  attach({ mode: 'snapshot' }, said, 9, run)
  attach({ mode: 'reset', reason: 'epoch' }, said.slice(0, 1), 9, run)
  assert.deepEqual(chat.verdict, { key: 'text:a', kind: 'goesOn', run: 'r' })
})

test('the line about an answer that continues after a crash stands above the answer', () => {
  const { chat, attach } = reading()
  const run = { id: 'r', open: [{ messageId: 'b', role: 'assistant', text: 'tw' }], toolCalls: [] }
  attach({ mode: 'snapshot' }, said.slice(0, 1), 9, run)
  attach({ mode: 'reset', reason: 'epoch' }, said.slice(0, 1), 9, run)
  assert.deepEqual(chat.verdict, { key: 'text:a', kind: 'goesOn', run: 'r' })
})

// Symptom: after a crash two tabs showed another text: one said that the server had restarted, or that text was lost.
// Cause: each tab judged by what it had seen and when it came back.
// The same symptom again. Cause: the server names the last run with its outcome, and a success was taken for a failure.
for (const [when, verdict, more, active] of [
  ['complete', { lastRun: { id: 'r', outcome: 'success' } }, []],
  ['complete and no run is named', {}, []],
  ['complete and another is being written', { lastRun: { id: 'r', outcome: 'success' } },
    [{ ...message('d', 'the next', 15), metadata: { run: 'r2', seq: 15 } }], { id: 'r2', open: [], toolCalls: [] }],
]) {
  test(`a tab that comes back when the answer is ${when} is told nothing`, () => {
    const { chat, attach } = reading()
    const run = { id: 'r', open: [{ messageId: 'b', role: 'assistant', text: 'seen and void' }], toolCalls: [] }
    attach({ mode: 'snapshot' }, said.slice(0, 1), 9, run)
    const reset = { mode: 'reset', reason: 'epoch', ...verdict }
    attach(reset, [said[0], message('c', 'written again', 12), ...more], 20, active)
    assert.equal(chat.verdict, null)
  })
}

test('a tab that comes back when the answer was cut off is told that text is missing', () => {
  const { chat, attach } = reading()
  const run = { id: 'r', open: [{ messageId: 'b', role: 'assistant', text: 'seen and lost' }], toolCalls: [] }
  const cut = message('a', 'one', 2)
  attach({ mode: 'snapshot' }, said.slice(0, 1), 9, run)
  cut.metadata = { ...cut.metadata, outcome: 'error', error: { code: 'interrupted', message: 'The server stopped.' } }
  attach({ mode: 'reset', reason: 'epoch', lastRun: { id: 'r', outcome: 'error', code: 'interrupted' } }, [cut])
  assert.equal(chat.verdict.kind, 'lost')
})

test('if two verdicts come before the snapshot, the snapshot is compared with what was shown before the first', () => {
  const { chat, session, attach } = reading()
  attach({ mode: 'snapshot' }, said)
  session.emit('attached', { type: 'attached', session: 's', epoch: 'f', head: 3, mode: 'reset', reason: 'epoch' })
  attach({ mode: 'reset', reason: 'epoch', epoch: 'f' }, said.slice(0, 1))
  assert.equal(chat.verdict.kind, 'lost')
})

test('a message cannot be regenerated twice at the same time, and can be again after a refusal', async () => {
  const refusal = Object.assign(new Error('busy'), { code: 'busy' })
  const { chat, asked } = reading({ regenerate: () => { throw refusal } })
  const first = chat.regenerate('m', 'better')
  assert.equal(chat.revising, true)
  await assert.rejects(first, refusal)
  assert.equal(chat.revising, false)
  assert.deepEqual(asked, [['regenerate', 's', { message: 'm', text: 'better' }]])
})

test('the question of an answer is the user message of its run, and never a reminder', () => {
  const { chat, attach } = reading()
  const user = (id, run, metadata) => ({ id, role: 'user', content: 'x', metadata: { run, seq: 1, ...metadata } })
  attach({ mode: 'snapshot' }, [user('u1', 'r1'), user('u2', 'r2', { origin: 'recall' })])
  assert.equal(chat.questionOf('r1').id, 'u1')
  assert.equal(chat.questionOf('r2'), null)
  assert.equal(chat.questionOf('r3'), null)
})
