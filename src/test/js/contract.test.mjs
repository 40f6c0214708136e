import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { offersOf } from '../../../webroot/js/contract.js'

const contract = readFileSync(new URL('../../main/resources/openapi.yaml', import.meta.url), 'utf8')

test('a server without a contract offers nothing that not every server has', () => {
  assert.deepEqual(new Set(Object.values(offersOf(''))), new Set([false]))
})

test('a part that is taken out of the contract is not offered', () => {
  const lines = contract.split('\n')
  const without = pattern => offersOf(lines.filter(line => !pattern.test(line)).join('\n'))
  assert.equal(without(/export/).export, false)
  assert.equal(without(/name: q$/).search, false)
  assert.equal(without(/steer/).steer, false)
})
