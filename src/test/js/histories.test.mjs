import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Histories } from '../../../webroot/js/components/pages/histories.js'

/** Of one list, whose pages have two entries. */
function over(entries) {
  const asked = []
  const app = {
    set() {},
    attempt: action => action(),
    api: {
      async call(method, path) {
        asked.push(path)
        if (!entries) throw new Error('away')
        const behind = new URL(path, 'http://here').searchParams.get('cursor')
        const rest = entries.slice(behind ? 1 + entries.indexOf(behind) : 0)
        return { runs: rest.slice(0, 2), ...(rest.length > 2 && { cursor: rest[1] }) }
      },
    },
  }
  return { asked, histories: new Histories(app, id => `/recalls/${id}/runs?limit=2`, 'runs') }
}

test('older entries are read on demand, and all that were shown when it is read again', async () => {
  const { histories, asked } = over(['e&5', 'd', 'c', 'b', 'a'].map((name, i) => i === 1 ? 'd&4' : name))
  await histories.show('r')
  assert.deepEqual(histories.of('r'), { list: ['e&5', 'd&4'], cursor: 'd&4' })
  await histories.more('r')
  assert.deepEqual(histories.of('r').list, ['e&5', 'd&4', 'c', 'b'])
  assert.equal(asked.at(-1), '/recalls/r/runs?limit=2&cursor=d%264')
  await histories.refresh()
  assert.deepEqual(histories.of('r').list, ['e&5', 'd&4', 'c', 'b'])
  await histories.more('r')
  assert.deepEqual(histories.of('r'), { list: ['e&5', 'd&4', 'c', 'b', 'a'], cursor: null })
})

test('one that cannot be read says so, and one that was closed meanwhile stays closed', async () => {
  const { histories } = over(null)
  await histories.show('r')
  assert.deepEqual(histories.of('r'), { list: null, cursor: null })
  const reading = histories.show('r')
  histories.hide('r')
  await reading
  assert.equal(histories.isOpen('r'), false)
})

// Symptom: a click on "Show older ones" did nothing. Cause: the page was read again at the same moment, and one of the two was left out.
test('older entries that are asked for while the list is read again are shown', async () => {
  for (const both of [['more', 'show'], ['show', 'more']]) {
    const { histories } = over(['e', 'd', 'c', 'b', 'a'])
    await histories.show('r')
    await Promise.all(both.map(action => histories[action]('r')))
    assert.deepEqual(histories.of('r'), { list: ['e', 'd', 'c', 'b'], cursor: 'b' }, `${both}`)
  }
})
