import assert from 'node:assert/strict'
import { test } from 'node:test'

import { itemsOf } from '../../../webroot/js/session-view/items.js'
import { applyCustom } from '../../../webroot/js/session-view/custom.js'
import { itemsFrom } from '../../../webroot/js/session-view/snapshot.js'

const meta = { run: 'r', seq: 1, at: 1 }
const answer = itemsOf([], { type: 'TEXT_MESSAGE_START', messageId: 'a', role: 'assistant' }, meta)

test('feedback belongs to its answer, and the last one holds', () => {
  const first = applyCustom({ items: answer }, 'feedback.updated', { message: 'a', rating: 'down', comment: 'why', by: 'ann' }, meta)
  const second = applyCustom(first, 'feedback.updated', { message: 'a', rating: 'none', by: 'ann' }, meta)

  assert.deepEqual([first.items[0].feedback.rating, first.items[0].feedback.comment], ['down', 'why'])
  assert.deepEqual([second.items[0].feedback.rating, second.items[0].feedback.comment], ['none', undefined])
})

test('feedback on an answer that is not here changes nothing', () => {
  const view = { items: answer }
  assert.equal(applyCustom(view, 'feedback.updated', { message: 'older', rating: 'up' }, meta).items, answer)
})

test('a snapshot has it with the message', () => {
  const message = { id: 'a', role: 'assistant', content: 'hi', metadata: { run: 'r', seq: 1, at: '2026-01-01T00:00:00Z', feedback: { rating: 'up' } } }
  assert.deepEqual(itemsFrom([message]).items[0].feedback, { rating: 'up' })
})
