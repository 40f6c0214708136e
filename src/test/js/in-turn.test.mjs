import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTurn } from '../../../webroot/js/app/in-turn.js'

test('the action is called once for each item, and for a few items at a time', async () => {
  let now = 0
  let most = 0
  const done = []
  const failed = await inTurn(Array.from({ length: 30 }, (_, i) => i), async item => {
    most = Math.max(most, ++now)
    await null
    done.push(item)
    now--
  })
  assert.deepEqual(failed, [])
  assert.deepEqual(done.sort((a, b) => a - b), Array.from({ length: 30 }, (_, i) => i))
  assert.equal(most, 4)
})

test('retryable refusals are repeated after the requested wait, and permanent ones are returned', async () => {
  const waits = []
  const tries = {}
  const failed = await inTurn(['busy', 'gone', 'well'], async item => {
    tries[item] = (tries[item] ?? 0) + 1
    if (item === 'busy' && tries.busy < 3) throw Object.assign(new Error('later'), { retryable: true, afterMs: 70 })
    if (item === 'gone') throw Object.assign(new Error('not here'), { retryable: false })
  }, async ms => { waits.push(ms) })
  assert.deepEqual(failed.map(([item, error]) => [item, error.message]), [['gone', 'not here']])
  assert.deepEqual(tries, { busy: 3, gone: 1, well: 1 })
  assert.deepEqual(waits, [70, 70])
})

test('an item that always fails is given up after some attempts', async () => {
  const failed = await inTurn(['x'], async () => { throw Object.assign(new Error('no'), { retryable: true }) }, async () => {})
  assert.equal(failed.length, 1)
})
