import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askedWords, decisionWords, errorWords, outcomeWords } from '../../../webroot/js/words/words.js'

test('a decision is shown with the person who made it, also to that person', () => {
  const words = (decision, more) => decisionWords({ decision, by: 'ann', ...more }, 'ann')
  assert.equal(words('approve'), 'You approved it')
  assert.equal(decisionWords({ decision: 'approve', by: 'ann' }, 'bob'), 'ann approved it')
  assert.equal(words('edit'), 'You approved it with changes')
  assert.equal(words('reject'), 'You rejected it')
  assert.equal(words('reject', { text: 'too late' }), 'You rejected it: too late')
  assert.equal(words('respond', { text: 'yes' }), 'You answered for it')
  assert.equal(words('cancelled'), 'You dropped the request')
  assert.equal(decisionWords({ decision: 'expired' }, 'ann'), 'Nobody decided in time')
})

test('waiting calls are named, or counted if there are several', () => {
  const asked = (...tools) => askedWords(tools.map(tool => ({ metadata: { tool } })))
  assert.equal(asked('sleep'), 'sleep')
  assert.equal(asked('sleep', 'mail'), 'sleep and mail')
  assert.equal(asked('sleep', 'sleep'), '2 calls')
  assert.equal(asked('sleep', 'mail', 'mail'), '3 calls')
})

test('what failed is said once: by the server, or else by the code', () => {
  const failed = more => outcomeWords({ type: 'error', ...more })
  assert.equal(failed({ code: 'model_error', message: 'The model provider failed.' }), 'The model provider failed.')
  assert.equal(failed({ code: 'model_error' }), 'The model failed.')
  assert.equal(failed({ code: 'interrupted' }), 'The server went away while answering.')
  assert.equal(failed({ code: 'new_in_a_later_server' }), 'Something went wrong.')
  assert.equal(errorWords({ code: 'forbidden' }), 'Not allowed.')
  assert.equal(outcomeWords({ type: 'cancelled' }), 'Stopped')
  assert.equal(outcomeWords({ type: 'success' }), null)
})
