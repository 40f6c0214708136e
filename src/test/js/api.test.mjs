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
