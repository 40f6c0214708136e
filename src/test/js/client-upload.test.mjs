import assert from 'node:assert/strict'
import { test } from 'node:test'
import { harness } from './support/fakes.mjs'

const SAID = { attachment: 'a1', name: 'cat.png', type: 'image/png', size: 3, width: 2, height: 1 }
const FILE = new File(['cat'], 'cat.png', { type: 'image/png' })
const answered = (status, body) => ({ ok: status < 400, status, json: async () => body })

/** A client whose REST server gives these answers; an error is a network that failed. */
function uploading(...answers) {
  const requests = []
  const fetch = async (url, { headers, body, signal }) => {
    requests.push({ url, headers, body })
    const next = answers.shift()
    if (next instanceof Error) throw next
    if (next !== 'never') return next
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  }
  return { ...harness({ fetch, url: 'wss://test:8443/ws' }), requests }
}

/** Requests of a browser, which a test answers. */
function browserRequests() {
  const made = []
  class FakeRequest {
    upload = {}
    headers = {}
    constructor() { made.push(this) }
    open(method, url) { Object.assign(this, { method, url }) }
    setRequestHeader(name, value) { this.headers[name] = value }
    send(body) { this.body = body }
    abort() { this.onabort() }
    answer(status, body) {
      Object.assign(this, { status, responseText: typeof body === 'string' ? body : JSON.stringify(body) })
      this.onload()
    }
  }
  globalThis.XMLHttpRequest = FakeRequest
  return made
}
const turn = () => new Promise(resolve => setImmediate(resolve))

test('a file goes over REST with the token, and what comes back is a part of a message', async () => {
  const { client, requests } = uploading(answered(201, SAID), answered(201, { attachment: 'a2', name: 'b.csv', type: 'text/plain', size: 3 }))
  const parts = []
  const image = await client.upload('s/1', FILE, { onProgress: part => parts.push(part) })
  const text = await client.upload('s/1', new Blob(['a,b']), { name: 'b & c.csv' })
  assert.deepEqual(image, { type: 'image', attachment: 'a1', name: 'cat.png', mediaType: 'image/png', size: 3, width: 2, height: 1 })
  assert.equal(text.type, 'file')
  assert.deepEqual(parts, [1])
  assert.equal(requests[0].url, 'https://test:8443/api/v1/sessions/s%2F1/attachments?name=cat.png')
  assert.deepEqual(requests[0].headers, { 'content-type': 'image/png', authorization: 'Bearer token1' })
  assert.equal(requests[0].body, FILE)
  assert.match(requests[1].url, /name=b%20%26%20c\.csv$/)
  assert.equal(requests[1].headers['content-type'], 'application/octet-stream')
})

test('a refusal says why and whether it may work later', async () => {
  const { client, requests } = uploading(
    answered(413, { code: 'too_large', message: 'Too large.', retryable: false }), answered(502, null), new TypeError('network'))
  await assert.rejects(client.upload('s', FILE), { name: 'CommandError', code: 'too_large', message: 'Too large.', retryable: false })
  await assert.rejects(client.upload('s', FILE), { code: 'unavailable', retryable: true })
  await assert.rejects(client.upload('s', FILE), { code: 'unavailable', message: 'network', retryable: true })
  assert.equal(requests.length, 3, 'nothing is repeated by itself')
})

test('a token that is refused is renewed once', async () => {
  const refused = () => answered(401, { code: 'unauthorized', message: 'no', retryable: false })
  const { client, tokens } = uploading(refused(), answered(201, SAID), refused(), refused())
  assert.equal((await client.upload('s', FILE)).attachment, 'a1')
  assert.deepEqual(tokens, [{ renew: false }, { renew: true }])
  await assert.rejects(client.upload('s', FILE), { code: 'unauthorized' })
})

test('an upload ends when it is given up', async () => {
  const { client, requests } = uploading('never')
  const stop = new AbortController()
  const going = client.upload('s', FILE, { signal: stop.signal })
  await turn()
  stop.abort()
  await assert.rejects(going, { name: 'AbortError' })
  await assert.rejects(client.upload('s', FILE, { signal: stop.signal }), { name: 'AbortError' })
  assert.equal(requests.length, 1)
})

test('a browser tells how much has gone', async () => {
  const made = browserRequests()
  try {
    const { client } = harness({ url: 'ws://test/ws' })
    const parts = []
    const going = client.upload('s', FILE, { onProgress: part => parts.push(part) })
    await turn()
    made[0].upload.onprogress({ loaded: 1, total: 4 })
    made[0].upload.onprogress({ loaded: 4, total: 4 })
    made[0].answer(201, SAID)
    assert.equal((await going).attachment, 'a1')
    assert.deepEqual(parts, [0.25, 1])
    assert.deepEqual([made[0].method, made[0].url], ['POST', 'http://test/api/v1/sessions/s/attachments?name=cat.png'])

    const stop = new AbortController()
    const stopped = client.upload('s', FILE, { signal: stop.signal })
    await turn()
    stop.abort()
    await assert.rejects(stopped, { name: 'AbortError' })
    const lost = client.upload('s', FILE)
    await turn()
    made[2].onerror()
    await assert.rejects(lost, { code: 'unavailable', message: 'The connection was lost.', retryable: true })
    const odd = client.upload('s', FILE)
    await turn()
    made[3].answer(502, '<html>')
    await assert.rejects(odd, { code: 'unavailable', retryable: true })
  } finally {
    delete globalThis.XMLHttpRequest
  }
})
