import assert from 'node:assert/strict'
import { test } from 'node:test'
import { othersOf, textOf, wholeOf } from '../../../webroot/js/chat/content.js'
import { emptyView, reduce } from '../../../webroot/js/session-view.js'

const image = { type: 'image', attachment: 'at_1' }
const parts = [image, { type: 'text', text: 'and this' }]
const frames = events => events.map((event, i) => ({ type: 'event', session: 's', seq: i + 1, run: 'r', ts: 1000 + i, event }))
const view = frames => frames.reduce(reduce, emptyView)
const shown = ({ items }) => items.map(({ text, others, open, result }) => ({ text, others, open, result: result?.text }))

test('the content of a message is a text or a list of parts', () => {
  assert.equal(textOf('hello'), 'hello')
  assert.equal(textOf(parts), 'and this')
  assert.equal(textOf(undefined), '')
  assert.deepEqual(othersOf('hello'), [])
  assert.deepEqual(othersOf([{ type: 'context', description: 'Screen', text: 'a map' }]), ['Context: Screen'])
  assert.deepEqual(othersOf([...parts, { a: 1 }]), ['Unsupported content: image', 'Unsupported content'])
  assert.equal(wholeOf(parts), 'Unsupported content: image\n\nand this')
})

test('parts read the same from events and from a snapshot', () => {
  const live = view(frames([
    { type: 'RUN_STARTED', runId: 'r', metadata: { origin: 'user' } },
    { type: 'TEXT_MESSAGE_START', messageId: 'm1', role: 'user', metadata: { by: 'ada', parts } },
    { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm1', delta: 'look' },
    { type: 'TEXT_MESSAGE_END', messageId: 'm1' },
    { type: 'TOOL_CALL_START', toolCallId: 't1', toolCallName: 'draw' },
    { type: 'TOOL_CALL_END', toolCallId: 't1' },
    { type: 'TOOL_CALL_RESULT', messageId: 'm2', toolCallId: 't1', content: parts },
    { type: 'RUN_FINISHED', outcome: { type: 'success' } },
  ]))
  const metadata = { run: 'r', seq: 2, at: '2026-01-01T00:00:00Z' }
  const messages = [
    { id: 'm1', role: 'user', content: [{ type: 'text', text: 'look' }, ...parts], metadata },
    { id: 'a1', role: 'assistant', toolCalls: [{ id: 't1', function: { name: 'draw', arguments: '' } }], metadata },
    { id: 'm2', role: 'tool', toolCallId: 't1', content: parts, metadata },
  ]
  const snapshot = view([
    { type: 'attached', session: 's', epoch: 'e', head: 8, mode: 'snapshot', queue: [], interrupts: [], recalls: [] },
    { type: 'snapshot', session: 's', epoch: 'e', seq: 8, page: 1, last: true, earlier: false, messages },
  ])
  assert.deepEqual(shown(live), [
    { text: 'look\n\nand this', others: ['Unsupported content: image'], open: false, result: undefined },
    { text: undefined, others: undefined, open: undefined, result: 'Unsupported content: image\n\nand this' },
  ])
  assert.deepEqual(shown(snapshot), shown(live))
})
