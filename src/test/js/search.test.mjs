import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { fileName } from '../../../webroot/js/browser/download.js'
import { Search } from '../../../webroot/js/sessions/search.js'

const settled = () => new Promise(resolve => setImmediate(resolve))

/** A search whose answers come when the test says so. */
function searching(t) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const asked = []
  const api = { search: words => new Promise((resolve, reject) => asked.push({ words, resolve, reject })) }
  return { search: new Search({ api, changed: () => {} }), asked, pause: () => mock.timers.tick(1_000) }
}

test('a search begins when typing pauses, once', t => {
  const { search, asked, pause } = searching(t)
  for (const query of ['l', 'li', 'lis ']) search.type(query)
  assert.equal(asked.length, 0)
  pause()
  assert.deepEqual(asked.map(({ words }) => words), ['lis'])
})

test('an answer to an earlier question does not replace that to a later one', async t => {
  const { search, asked, pause } = searching(t)
  search.type('a')
  pause()
  search.type('ab')
  pause()
  asked[1].resolve({ sessions: [{ id: 'new' }] })
  await settled()
  asked[0].resolve({ sessions: [{ id: 'old' }] })
  await settled()
  assert.deepEqual(search.results, [{ id: 'new' }])
})

test('an empty search field ends the search, also if an answer is still expected', async t => {
  const { search, asked, pause } = searching(t)
  search.type('a')
  pause()
  search.type(' ')
  asked[0].resolve({ sessions: [{ id: 'late' }] })
  await settled()
  assert.equal(search.results, null)
  assert.equal(search.isOn, false)
})

test('a search that fails says so and can be tried again', async t => {
  const { search, asked, pause } = searching(t)
  search.type('a')
  pause()
  asked[0].reject(new Error('away'))
  await settled()
  assert.equal(search.error.message, 'away')
  search.type('ab')
  pause()
  asked[1].resolve({ sessions: [] })
  await settled()
  assert.deepEqual([search.error, search.results], [null, []])
})

test('a title makes the name of a file', () => {
  assert.equal(fileName('What: can/you "do"?', 'md'), 'What-can-you-do.md')
  assert.equal(fileName('Über Größen', 'json'), 'Über-Größen.json')
  assert.equal(fileName('../..', 'md'), 'chat.md')
})

test('further results are added below, without duplicates', async t => {
  const { search, asked, pause } = searching(t)
  search.type('a')
  pause()
  asked[0].resolve({ sessions: [{ id: '1' }, { id: '2' }], cursor: 'c' })
  await settled()
  const more = search.more()
  asked[1].resolve({ sessions: [{ id: '2' }, { id: '3' }] })
  await more
  assert.deepEqual([search.results.map(({ id }) => id), search.cursor], [['1', '2', '3'], null])
})
