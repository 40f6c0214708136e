import { isQuiet, Quiet } from '../../../webroot/js/app/quiet.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'

const at = time => Date.parse(`2026-05-01T${time}:30Z`)

test('quiet hours begin with their first minute, end before their last, and may last over midnight', () => {
  const night = { from: '22:00', to: '07:00', zone: 'UTC' }
  const noon = { from: '12:00', to: '13:30', zone: 'UTC' }
  const cases = [[night, '21:59', false], [night, '22:00', true], [night, '00:00', true], [night, '06:59', true], [night, '07:00', false],
    [noon, '11:59', false], [noon, '12:00', true], [noon, '13:30', false], [null, '00:00', false]]
  for (const [hours, time, expected] of cases) assert.equal(isQuiet(hours, at(time)), expected, time)
})

test('quiet hours follow the clocks of their zone', () => {
  assert.equal(isQuiet({ from: '22:00', to: '07:00', zone: 'Europe/Berlin' }, at('20:30')), true)
  assert.equal(isQuiet({ from: '22:00', to: '07:00', zone: 'America/New_York' }, at('20:30')), false)
})

test('they are asked for once, again after a change, and whoever cannot be asked is notified', async () => {
  let asked = 0
  const quiet = new Quiet({
    preferences: async () => {
      if (++asked === 1) throw new Error('away')
      return { quietHours: { from: '00:00', to: '23:59', zone: 'UTC' } }
    },
    prefer: async () => {},
  })
  assert.equal(await quiet.isNow(), false)
  await quiet.hours()
  await quiet.hours()
  assert.equal(asked, 2)
  await quiet.set(null)
  await quiet.hours()
  assert.equal(asked, 3)
})
