/*
 * Receives push messages, also while no page is open, and shows them as notifications. It answers no request of the page and keeps
 * no file of it, so that a new version of the page is never hidden by an old one.
 */

const ANSWER_MS = 1_000 // how long tabs have to say that somebody looks at them

const WORDS = {
  'run.ended': failed => failed ? 'The answer failed' : 'The answer is complete',
  'recall.fired': failed => failed ? 'A reminder failed' : 'A reminder was answered',
  'interrupt.opened': () => 'Your decision is needed',
  test: () => 'Notifications arrive on this device',
}

self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('push', event => event.waitUntil(inTurn(event.data?.json() ?? {})))
self.addEventListener('notificationclick', event => {
  event.notification.close()
  event.waitUntil(open(event.notification.data?.session))
})

let before = Promise.resolve()

/** Two at the same moment would not see each other's notification. */
function inTurn(message) {
  const shown = before.then(() => show(message))
  before = shown.catch(() => {})
  return shown
}

/** One notification for each chat: of its newest event. A message that came twice replaces itself without a sound. */
async function show({ kind, session, run, outcome, title, at }) {
  if (kind !== 'test' && await isAnyLookedAt()) return
  const tag = [kind, session, run].filter(Boolean).join(' ')
  const earlier = (await self.registration.getNotifications()).filter(({ data, tag: its }) => data?.session === session && its !== tag)
  if (session && earlier.some(({ data }) => data.at > at)) return
  for (const one of earlier) one.close()
  await self.registration.showNotification(title || 'Reprise', {
    body: WORDS[kind]?.(outcome === 'error') ?? 'There is news',
    tag,
    icon: '/icons/icon-192.png',
    data: { session, at },
  })
}

/** Asks the tabs as they ask each other (notifications.js): who looks at the page sees what happens. */
async function isAnyLookedAt() {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  return pages.length > 0 && await new Promise(resolve => {
    const tabs = new BroadcastChannel('reprise.tabs')
    const done = answer => {
      clearTimeout(timer)
      tabs.close()
      resolve(answer)
    }
    const timer = setTimeout(() => done(false), ANSWER_MS)
    tabs.addEventListener('message', ({ data }) => { if (data === 'this one') done(true) })
    tabs.postMessage('who is looked at?')
  })
}

/** In the page that was used last, or in a new one. */
async function open(session) {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const page = pages.find(({ url, frameType }) => frameType === 'top-level' && new URL(url).pathname === '/')
  if (!page) return self.clients.openWindow(session ? `/#/s/${encodeURIComponent(session)}` : '/')
  await page.focus().catch(() => {}) // some browsers do not let it
  if (session) page.postMessage({ open: session })
}
