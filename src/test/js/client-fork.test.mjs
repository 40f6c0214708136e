import assert from 'node:assert/strict'
import { test } from 'node:test'
import { harness } from './support/fakes.mjs'

const answered = (status, body) => ({ ok: status < 400, status, json: async () => body })

/** A client over a REST server that gives these answers, one after the other; an error is a network that failed. */
function forking(...answers) {
  const requests = []
  const fetch = async (url, { headers, body }) => {
    requests.push({ url, key: headers['idempotency-key'], authorization: headers.authorization, body: JSON.parse(body) })
    const next = answers.shift()
    if (next instanceof Error) throw next
    return next
  }
  return { ...harness({ fetch, url: 'wss://test:8443/ws' }), requests }
}

test('a fork goes over REST beside the socket, with the token and a key', async () => {
  const { client, requests } = forking(answered(201, { session: 'n1', epoch: 'e' }))
  assert.deepEqual(await client.fork('s/1', { message: 'm1', id: 'k1' }), { session: 'n1', epoch: 'e' })
  assert.deepEqual(requests, [{
    url: 'https://test:8443/api/v1/sessions/s%2F1/fork', key: 'k1', authorization: 'Bearer token1', body: { message: 'm1' },
  }])
})

test('without an answer it is asked again with the same key', async () => {
  const { client, clock, requests } = forking(new TypeError('network'), answered(503, null),
    answered(503, { code: 'unavailable', message: 'away', retryable: true }), answered(201, { session: 'n1', epoch: 'e' }))
  const forked = client.fork('s', { message: 'm1' })
  await clock.advance(10_000)
  assert.equal((await forked).session, 'n1')
  assert.equal(requests.length, 4)
  assert.equal(new Set(requests.map(request => request.key)).size, 1)
  assert.match(requests[0].key, /^[0-9a-f-]{36}$/)
})

test('a token that is refused is renewed once', async () => {
  const refused = () => answered(401, { code: 'unauthorized', message: 'no', retryable: false })
  const { client, clock, requests, tokens } = forking(refused(), refused())
  const forked = assert.rejects(client.fork('s', { message: 'm1' }), { code: 'unauthorized' })
  await clock.advance(1_000)
  await forked
  assert.deepEqual(requests.map(request => request.authorization), ['Bearer token1', 'Bearer token2'])
  assert.deepEqual(tokens, [{ renew: false }, { renew: true }])
})

test('a refusal is told, and not asked again', async () => {
  const { client, requests } = forking(answered(404, { code: 'not_found', message: 'There is no such message.' }))
  await assert.rejects(client.fork('s', { message: 'm1', id: 'k1' }), { code: 'not_found', id: 'k1' })
  assert.equal(requests.length, 1)
})

test('it is given up after a while, and when the client is stopped', async () => {
  const away = Array.from({ length: 500 }, () => new TypeError('network'))
  const { client, clock } = forking(...away)
  const forked = assert.rejects(client.fork('s', { message: 'm1' }), { code: 'unavailable', retryable: true })
  await clock.advance(301_000)
  await forked
  client.stop()
  await assert.rejects(client.fork('s', { message: 'm1' }), { message: 'The connection is closed.' })
})
