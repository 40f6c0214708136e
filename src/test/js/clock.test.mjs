import assert from 'node:assert/strict'
import { test } from 'node:test'
import { now, setClock } from '../../../webroot/js/browser/clock.js'
import { untilWords } from '../../../webroot/js/words/times.js'

const HOUR_MS = 3_600_000

test('a browser whose clock is an hour slow counts by the server', () => {
  setClock(Date.now() + HOUR_MS)
  assert.ok(now() - Date.now() > HOUR_MS / 2)
  assert.equal(untilWords(Date.now() + HOUR_MS + 600_000), 'in 10 min')
})

test('the way from the server is no difference between clocks', () => {
  setClock(Date.now() - 1_500)
  assert.ok(Math.abs(now() - Date.now()) < 1_000)
})
