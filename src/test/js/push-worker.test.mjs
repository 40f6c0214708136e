import { deviceName } from '../../../webroot/js/browser/push.js'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'

const source = await readFile(new URL('../../../webroot/push-worker.js', import.meta.url), 'utf8')

/** The service worker in a browser that has these pages, and whose tabs answer what the test says. */
function worker({ looked = false, pages = [] } = {}) {
  const handlers = {}
  const shown = []
  const told = []
  const opened = []
  class BroadcastChannel {
    addEventListener(_, heard) { this.heard = heard }
    postMessage(data) {
      assert.equal(data, 'who is looked at?')
      if (looked) queueMicrotask(() => this.heard({ data: 'this one' }))
    }
    close() {}
  }
  const self = {
    addEventListener: (name, handler) => { handlers[name] = handler },
    registration: {
      getNotifications: async () => [...shown],
      showNotification: async (title, options) => {
        const same = shown.findIndex(({ tag }) => tag === options.tag)
        const one = { title, ...options, close: () => shown.splice(shown.indexOf(one), 1) }
        shown.splice(same < 0 ? shown.length : same, same < 0 ? 0 : 1, one)
      },
    },
    clients: {
      matchAll: async () => pages.map(url => ({
        url, frameType: url.includes('/image') ? 'nested' : 'top-level', focus: async () => told.push(`focus ${url}`), postMessage: message => told.push(message.open),
      })),
      openWindow: async url => opened.push(url),
    },
  }
  runInNewContext(source, { self, BroadcastChannel, setTimeout, clearTimeout, URL, encodeURIComponent })
  const run = async (name, event) => {
    let done
    handlers[name]({ ...event, waitUntil: promise => { done = promise } })
    await done
  }
  const push = message => run('push', { data: { json: () => message } })
  const click = data => run('notificationclick', { notification: { data, close: () => {} } })
  return { push, click, shown, told, opened, handlers }
}

const ended = { kind: 'run.ended', session: 's_1', run: 'r_1', outcome: 'success', title: 'Plums', at: '2026-01-01T10:00:00Z' }

test('a message is shown with the title of the chat, or of the page if the title is left out', async () => {
  const { push, shown } = worker()
  await push(ended)
  assert.deepEqual(shown.map(({ title, body }) => [title, body]), [['Plums', 'The answer is complete']])
  await push({ kind: 'interrupt.opened', session: 's_2', run: 'r_2', at: ended.at })
  assert.deepEqual([shown[1].title, shown[1].body], ['Reprise', 'Your decision is needed'])
  await push({ ...ended, session: 's_3', outcome: 'error' })
  assert.equal(shown[2].body, 'The answer failed')
})

test('a message that came twice is shown once, and of one chat only the newest', async () => {
  const { push, shown } = worker()
  await push(ended)
  await push(ended)
  assert.equal(shown.length, 1)
  const later = { ...ended, run: 'r_2', at: '2026-01-01T10:05:00Z' }
  await push(later)
  await push(ended)
  assert.deepEqual(shown.map(({ tag }) => tag), ['run.ended s_1 r_2'])
})

test('of two that come at the same moment, about one chat, the newest is shown', async () => {
  const { push, shown } = worker({ pages: ['http://h/'] })
  await Promise.all([push(ended), push({ ...ended, run: 'r_2', at: '2026-01-01T10:05:00Z' })])
  assert.deepEqual(shown.map(({ tag }) => tag), ['run.ended s_1 r_2'])
})

test('nothing is shown while somebody looks at a tab, except for a test', async () => {
  const { push, shown } = worker({ looked: true, pages: ['http://h/'] })
  await push(ended)
  assert.equal(shown.length, 0)
  await push({ kind: 'test', at: ended.at })
  assert.equal(shown.length, 1)
})

test('a message of a newer server is shown in general words', async () => {
  const { push, shown } = worker()
  await push({ kind: 'something.new', session: 's_1', at: ended.at })
  assert.equal(shown[0].body, 'There is news')
})

test('a click opens the chat in the page that was used last, or in a new one', async () => {
  const open = worker({ pages: ['http://h/image?src=x', 'http://h/#/s/other', 'http://h/'] })
  await open.click({ session: 's_1' })
  assert.deepEqual(open.told, ['focus http://h/#/s/other', 's_1'])
  const closed = worker()
  await closed.click({ session: 's 1' })
  assert.deepEqual(closed.opened, ['/#/s/s%201'])
})

test('requests of the page do not pass through the service worker', () => {
  assert.equal(worker().handlers.fetch, undefined)
})

test('a device is called by its browser and its system', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
  assert.equal(deviceName(chrome), 'Chrome on Linux')
  assert.equal(deviceName(`${chrome} Edg/142.0`), 'Edge on Linux')
  assert.equal(deviceName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1'), 'Safari on iPhone')
  assert.equal(deviceName('curl'), 'A browser')
})
