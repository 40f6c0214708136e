import assert from 'node:assert/strict'
import { test } from 'node:test'
import { now, setClock } from '../../../webroot/js/browser/clock.js'
import { untilWords } from '../../../webroot/js/words/times.js'

const HOUR_MS = 3_600_000

test('times are computed with the server\'s clock if the browser\'s is an hour slow', () => {
  setClock(Date.now() + HOUR_MS)
  assert.ok(now() - Date.now() > HOUR_MS / 2)
  assert.equal(untilWords(Date.now() + HOUR_MS + 600_000), 'in 10 min')
})

test('the delay of the network is not taken for a difference between the clocks', () => {
  setClock(Date.now() - 1_500)
  assert.ok(Math.abs(now() - Date.now()) < 1_000)
})
