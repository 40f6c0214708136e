import assert from 'node:assert/strict'
import { test } from 'node:test'

const modules = '../../../webroot/js'

/** The module as a browser with this storage sees it. */
async function keptIn(browser) {
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, ...browser })
  return (await import(`${modules}/browser/storage.js?${Math.random()}`)).shared
}

class Memory {
  values = new Map()
  getItem(key) { return this.values.get(key) ?? null }
  setItem(key, value) { this.values.set(key, value) }
  removeItem(key) { this.values.delete(key) }
}

/** Symptom to prevent: with cookies forbidden for a site even `localStorage` itself throws, and the page stayed empty. */
test('without browser storage the values are kept until the page is closed', async () => {
  const kept = await keptIn({ get() { throw new Error('SecurityError') } })
  assert.equal(kept.getItem('a'), null)
  kept.setItem('a', '1')
  assert.equal(kept.getItem('a'), '1')
  assert.deepEqual(kept.keys(), ['a'])
  kept.removeItem('a')
  assert.equal(kept.getItem('a'), null)
})

test('a value that exceeds the quota is kept in memory and replaces the stored one', async () => {
  const full = new Memory()
  full.values.set('a', 'old')
  full.setItem = () => { throw new Error('QuotaExceededError') }
  const kept = await keptIn({ value: full })
  kept.setItem('a', 'new')
  assert.equal(kept.getItem('a'), 'new')
  kept.removeItem('a')
  assert.equal(kept.getItem('a'), null)
})

test('a value that fits again is stored by the browser', async () => {
  const memory = new Memory()
  const kept = await keptIn({ value: memory })
  const { setItem } = memory
  memory.setItem = () => { throw new Error('QuotaExceededError') }
  kept.setItem('a', '1')
  memory.setItem = setItem
  kept.setItem('a', '2')
  assert.deepEqual([memory.getItem('a'), kept.getItem('a')], ['2', '2'])
})
