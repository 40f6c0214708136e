import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextOf, costWords, tookWords, whoAnswers } from '../../../webroot/js/chat/answered.js'

test('the tokens and the duration of an answer are shown as far as they are known', () => {
  const usage = [{ provider: 'p', model: 'gpt', inputTokens: 30, outputTokens: 40 }, { provider: 'p', model: 'mini', outputTokens: 2 }]
  assert.equal(tookWords({ model: 'gpt', usage, durationMs: 4_200 }), 'gpt · 4.2 s · 30 tokens in, 42 out · 10 tokens/s')
  assert.equal(tookWords({ model: 'gpt', usage: [{ provider: 'p', model: 'gpt' }], durationMs: 83_400 }), 'gpt · 83 s')
  assert.equal(tookWords({ usage: [{ outputTokens: 1 }] }), '1 token out')
  assert.equal(tookWords({ usage: [{ outputTokens: 1 }], durationMs: 3_000 }), '3.0 s · 1 token out')
  assert.equal(tookWords({ usage: [{ outputTokens: 66 }], durationMs: 30 }), '< 0.1 s · 66 tokens out')
  assert.equal(tookWords({ model: 'gpt' }), 'gpt')
  assert.equal(tookWords({}), '')
})

test('the header names the agent and the model that wrote last', () => {
  const items = [{ model: 'old' }, { model: 'new' }, { role: 'user' }]
  assert.equal(whoAnswers({ items, agent: null }, 'configured'), 'new')
  assert.equal(whoAnswers({ items: [], agent: 'helper' }, 'configured'), 'helper · configured')
  assert.equal(whoAnswers({ items: [], agent: null }, null), '')
})

test('estimated numbers and costs are told as such', () => {
  const usage = [{ inputTokens: 3, outputTokens: 4, estimated: true, cost: 0.00123 }]
  assert.equal(tookWords({ usage }, 'EUR'), '3 tokens in, 4 out (estimated) · 0.0012 EUR')
  assert.equal(costWords(0, 'EUR'), '')
  assert.equal(costWords(1234.567, 'EUR'), '1,234.57 EUR')
})

test('the context is that of the newest answer that tells of one', () => {
  const items = [{ contextUse: { usedTokens: 10, maxTokens: 100 } }, { contextUse: { usedTokens: 1_250, maxTokens: 5_000 } }, { role: 'user' }]
  assert.deepEqual(contextOf({ items }), { percent: 25, words: '1,250 of 5,000 tokens of the context are used' })
  assert.deepEqual(contextOf({ items: [{ contextUse: { usedTokens: 7 } }] }), { percent: null, words: '7 tokens of context are used' })
  assert.equal(contextOf({ items: [] }), null)
})
