import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api } from '../../../webroot/js/app/api.js'

/** Answers from a list of names, of at most `size` at once. */
function listed(names, size) {
  const asked = []
  globalThis.fetch = async url => {
    asked.push(url)
    const query = new URL(url, 'http://here').searchParams
    const rest = names.slice(query.has('cursor') ? 1 + names.indexOf(query.get('cursor')) : 0)
    const entries = rest.slice(0, size).map(name => ({ name }))
    return Response.json({ entries, ...(rest.length > size && { cursor: entries.at(-1).name }) })
  }
  return asked
}

const api = new Api({ isKnown: true, base: '/api/v1' })

test('a list is read to its end, however many pages it has', async () => {
  const names = ['a', 'b', 'c & d', 'e', 'f']
  const asked = listed(names, 2)
  assert.deepEqual((await api.all('/models', 'entries')).map(({ name }) => name), names)
  assert.deepEqual(asked, ['/api/v1/models?limit=200', '/api/v1/models?limit=200&cursor=b', '/api/v1/models?limit=200&cursor=e'])
})

test('a list of one page is asked for once', async () => {
  const asked = listed(['a', 'b'], 2)
  assert.equal((await api.all('/models', 'entries')).length, 2)
  assert.equal(asked.length, 1)
})

test('a list without an end is not read for ever', async () => {
  globalThis.fetch = async () => Response.json({ entries: [{ name: 'a' }], cursor: 'a' })
  assert.equal((await api.all('/models', 'entries')).length, 200)
})

test('the first answer is completed with the entries of all pages', async () => {
  const asked = listed(['a', 'b', 'c'], 2)
  assert.deepEqual(await api.whole('/usage', 'entries', 1000), { entries: [{ name: 'a' }, { name: 'b' }, { name: 'c' }], cursor: 'b' })
  assert.deepEqual(asked, ['/api/v1/usage?limit=1000', '/api/v1/usage?limit=1000&cursor=b'])
})

// Symptom: of a chat that was changed more than 200 times, versions were counted wrongly. Cause: only the first page was read.
test('all versions of a chat are read', async () => {
  globalThis.fetch = async url => {
    const first = Number(new URL(url, 'http://here').searchParams.get('cursor') ?? 0)
    const versions = Array.from({ length: Math.min(200, 450 - first) }, (none, i) => ({ asOf: first + i }))
    return Response.json({ versions, ...(first + 200 < 450 && { cursor: String(first + 200) }) })
  }
  assert.deepEqual((await api.versions('s_1')).map(({ asOf }) => asOf), [...Array(450).keys()])
})
