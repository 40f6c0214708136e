import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agoWords, dayGroup } from '../../../webroot/js/times.js'

const now = new Date(2030, 4, 15, 14, 0).getTime() // a Wednesday
const before = minutes => now - minutes * 60_000

test('how long ago is said in the shortest words', () => {
  assert.equal(agoWords(before(0.5), now), 'now')
  assert.equal(agoWords(before(-1), now), 'now')
  assert.equal(agoWords(before(5), now), '5 min')
  assert.equal(agoWords(before(59.9), now), '59 min')
  assert.equal(agoWords(before(3 * 60), now), '3 h')
  assert.equal(agoWords(before(13 * 60), now), '13 h')
  assert.match(agoWords(before(26 * 60), now), /^\p{L}+\.?$/u)
  assert.match(agoWords(before(10 * 24 * 60), now), /5/)
})

test('yesterday evening is hours ago just after midnight', () => {
  const night = new Date(2030, 4, 15, 1, 0).getTime()
  assert.equal(agoWords(night - 3 * 3_600_000, night), '3 h')
  assert.equal(dayGroup(night - 3 * 3_600_000, night), 'Yesterday')
})
