import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offersOf } from '../../../webroot/js/app/contract.js'

test('a server that has not spoken yet offers nothing', () => {
  assert.deepEqual(offersOf(null), {})
})

test('what every server does is offered, and what only some do where it is named', () => {
  const plain = offersOf({ features: [] })
  assert.deepEqual([plain.search, plain.fork, plain.attachments], [true, true, undefined])
  assert.equal(offersOf({ features: ['attachments'] }).attachments, true)
})

test('a server that names no features has none', () => {
  assert.deepEqual(offersOf({}), offersOf({ features: [] }))
})
