import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agoWords, callWords, dayGroup, expiryWords, lastingWords, untilWords } from '../../../webroot/js/words/times.js'

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

test('when something is due is said in the shortest words', () => {
  const hour = time => new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(new Date(time))
  const later = minutes => before(-minutes)
  assert.equal(untilWords(later(-1), now), 'now')
  assert.equal(untilWords(later(0.5), now), 'in 30 s')
  assert.equal(untilWords(later(3), now), 'in 3 min')
  assert.equal(untilWords(later(5 * 60), now), hour(later(5 * 60)))
  assert.equal(untilWords(later(19 * 60), now), `tomorrow ${hour(later(19 * 60))}`)
  assert.match(untilWords(later(3 * 24 * 60), now), /^\p{L}+\.? \d/u)
  assert.match(untilWords(later(10 * 24 * 60), now), /25/)
})

test('how long something took', () => {
  assert.deepEqual([300, 3_200, 95_000, 130_000].map(lastingWords), ['a moment', '3 s', '95 s', '2 min'])
})

test('when a wait ends is said with the day', () => {
  const now = new Date(2026, 2, 4, 12, 0)
  const at = (...when) => expiryWords(new Date(2026, 2, ...when), now).replace(/\s?[AP]M$/i, '')
  assert.equal(expiryWords(new Date(+now + 40_000), now), 'in 40 s')
  assert.equal(expiryWords(new Date(+now + 300_000), now), 'in 5 min')
  assert.match(at(4, 14, 0), /^today at 0?(14|2):00$/)
  assert.match(at(5, 14, 0), /^tomorrow at 0?(14|2):00$/)
  assert.match(at(6, 14, 0), /^on \w+ at 0?(14|2):00$/)
  assert.equal(expiryWords(now, now), 'now')
  assert.equal(expiryWords('soon', now), '')
})

test('how long a call took is said with tenths while they matter', () => {
  assert.equal(callWords(3), '< 0.1 s')
  assert.equal(callWords(430), '0.4 s')
  assert.equal(callWords(9_949), '9.9 s')
  assert.equal(callWords(9_960), '10 s')
  assert.equal(callWords(180_000), '3 min')
})
