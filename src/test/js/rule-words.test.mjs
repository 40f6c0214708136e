import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dueWords, placeOf, ruleWords, scheduleOf, whenWords } from '../../../webroot/js/words/rule-words.js'

const two = number => String(number).padStart(2, '0')
const clock = (hour, minute) => `${two(hour)}:${two(minute)}`
const words = (cron, zone = 'Europe/Lisbon') => ruleWords({ kind: 'cron', cron, zone }, { clock, own: 'Europe/Lisbon' })

test('rules are told in words', () => {
  const told = {
    '0 9 * * *': 'every day at 09:00',
    '0 9 * * 1-5': 'every weekday at 09:00',
    '0 9 * * MON-FRI': 'every weekday at 09:00',
    '30 8 * * 1,5': 'every Monday and Friday at 08:30',
    '0 10 * * 0,6': 'every Saturday and Sunday at 10:00',
    '0 10 * * 6-7': 'every Saturday and Sunday at 10:00',
    '15 9,17 * * *': 'every day at 09:15 and 17:15',
    '0 12 1 * *': 'every month on the 1st at 12:00',
    '0 12 2,13,22 * *': 'every month on the 2nd, 13th and 22nd at 12:00',
    '0 9 24 12 *': 'every 24 December at 09:00',
    '*/15 * * * *': 'every 15 minutes',
    '0 * * * *': 'every hour',
    '30 * * * *': 'every hour, 30 min past',
    '0 */6 * * *': 'every 6 hours',
  }
  for (const [cron, said] of Object.entries(told)) assert.equal(words(cron), said, cron)
})

/** It would be worse to tell something that is not quite so. */
test('a rule without simple words is shown as it was written', () => {
  for (const cron of ['*/7 * * * *', '0 9 1 * 1', '0 9-17 * * 1-5', '0 9 * 6 *', '0 */5 * * *', '5 */2 1 * *', '0 9 31 2 5', '0 9 * * 5-1', '0,30 9 * * *'])
    assert.equal(words(cron), `cron ${cron}`)
})

test('a rule of another time zone names it, and a length of time has none', () => {
  assert.equal(words('0 9 * * *', 'America/New_York'), 'every day at 09:00 in New York')
  assert.equal(ruleWords({ kind: 'interval', everyMs: 3_600_000, zone: 'Asia/Tokyo' }), 'every hour')
  assert.equal(ruleWords({ kind: 'interval', everyMs: 5_400_000 }), 'every 90 minutes')
  assert.equal(ruleWords({ kind: 'interval', everyMs: 172_800_000 }), 'every 2 days')
})

test('a single reminder and one without a known rule have no words for a rule', () => {
  assert.equal(ruleWords({ kind: 'once', at: '2026-12-01T09:00:00Z' }), null)
  assert.equal(ruleWords(undefined), null)
})

test('five fields are cron, all else are words', () => {
  assert.deepEqual(scheduleOf(' 30 9 * * 1-5 ', 'UTC'), { kind: 'cron', cron: '30 9 * * 1-5', zone: 'UTC' })
  assert.equal(scheduleOf('0 9 1 JAN *', 'UTC').kind, 'cron')
  for (const said of ['in 10 minutes', 'every weekday at 9am', '2026-12-01 09:00', '1 December 2026 at 9', 'at 5pm on 3 May'])
    assert.deepEqual(scheduleOf(said, 'UTC'), { kind: 'natural', when: said, zone: 'UTC' })
})

test('the field of a reminder that is changed begins with what the server reads as the same', () => {
  const zone = 'Asia/Tokyo'
  assert.equal(whenWords({ kind: 'cron', cron: '0 9 * * 1-5', zone }), 'every weekday at 09:00')
  assert.equal(whenWords({ kind: 'cron', cron: '0 9 1 * *', zone }), 'every month on the 1st at 09:00')
  assert.equal(whenWords({ kind: 'cron', cron: '0 9 24 12 *', zone }), '0 9 24 12 *')
  assert.equal(whenWords({ kind: 'cron', cron: '15 9,17 * * *', zone }), '15 9,17 * * *')
  assert.equal(whenWords({ kind: 'interval', everyMs: 60_000, zone }), 'every minute')
  assert.equal(whenWords({ kind: 'once', at: '2026-12-01T00:30:00Z', zone }), '2026-12-01 09:30')
})

test('when something is due is told by the clocks of its zone', () => {
  const now = Date.parse('2026-11-28T23:00:00Z')
  const due = (time, zone) => dueWords(time, zone, now)
  assert.match(due('2026-11-28T23:30:00Z', 'UTC'), /^today, /)
  assert.match(due('2026-11-29T09:00:00Z', 'UTC'), /^tomorrow, /)
  assert.match(due('2026-11-29T09:00:00Z', 'Asia/Tokyo'), /^today, /)
  assert.match(due('2026-12-02T09:00:00Z', 'UTC'), /^Wed, /)
  assert.match(due('2027-12-24T09:00:00Z', 'UTC'), /2027/)
  assert.equal(placeOf('America/Argentina/Buenos_Aires'), 'Buenos Aires')
})
