import { shared } from './storage.js'
import { trustScripts, trustedScript } from './trusted-script.js'

const DEVICE = 'reprise.push' // { id, user }: this browser is told what happens also without a page
const WORKER = '/push-worker.js'

trustScripts(url => url === WORKER)

export const isSupported = () => 'Notification' in globalThis && 'serviceWorker' in navigator && 'PushManager' in globalThis

/** { id, user } of this browser, as far as it knows, or null. */
export function ownDevice() {
  try {
    return JSON.parse(shared.getItem(DEVICE))
  } catch {
    return null
  }
}

/** Resolves with the device, or with null if the person says no. */
export async function turnOn(app, key, titles) {
  if (await Notification.requestPermission() !== 'granted') return null
  const worker = await navigator.serviceWorker.register(trustedScript(WORKER), { scope: '/', updateViaCache: 'none' })
  const ready = worker.active ? worker : await navigator.serviceWorker.ready
  const { endpoint, keys } = (await subscribed(ready.pushManager, key)).toJSON()
  const device = await app.api.call('POST', '/push-subscriptions', { name: deviceName(navigator.userAgent), endpoint, keys, titles })
  shared.setItem(DEVICE, JSON.stringify({ id: device.id, user: app.auth.user }))
  return device
}

/** A subscription is bound to the key of the server, which may have changed. */
async function subscribed(manager, key) {
  const known = await manager.getSubscription()
  if (known && base64(known.options?.applicationServerKey) === key) return known
  await known?.unsubscribe()
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
}

const base64 = bytes => bytes && btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

/** The server need not be asked: a browser without a subscription is told nothing, and its push service says so. */
export async function forget() {
  shared.removeItem(DEVICE)
  const worker = await navigator.serviceWorker?.getRegistration('/')
  const known = await worker?.pushManager?.getSubscription()
  await known?.unsubscribe()
}

export async function turnOff(app) {
  const device = ownDevice()
  if (!device) return
  await app.api.call('DELETE', `/push-subscriptions/${encodeURIComponent(device.id)}`).catch(error => {
    if (error.status !== 404) throw error
  })
  await forget()
}

/**
 * What the page does whenever it is opened: renews the subscription, which the browser may have replaced, or forgets it if the
 * person was removed it elsewhere or is another one. A click on a notification opens its chat here.
 */
export async function keepPush(app) {
  navigator.serviceWorker?.addEventListener('message', ({ data }) => { if (data?.open) app.open(data.open) })
  const device = ownDevice()
  if (!device) return
  try {
    const { key, devices } = await app.api.call('GET', '/push-subscriptions')
    const known = devices.find(({ id }) => id === device.id)
    if (device.user !== app.auth.user || !known) await forget()
    else if (Notification.permission !== 'granted') await turnOff(app)
    else if (key) await turnOn(app, key, known.titles)
  } catch { /* nobody asked for it; the next visit tries it again */ }
}

const BROWSERS = [['Edg', 'Edge'], ['OPR', 'Opera'], ['Firefox', 'Firefox'], ['Chrome', 'Chrome'], ['Safari', 'Safari']]
const SYSTEMS = [['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Windows', 'Windows'], ['Mac OS', 'macOS'], ['Linux', 'Linux']]

/** What a person calls this device, by what the browser says of itself. */
export function deviceName(agent) {
  const nameIn = list => list.find(([mark]) => agent.includes(mark))?.[1]
  return [nameIn(BROWSERS) ?? 'A browser', nameIn(SYSTEMS)].filter(Boolean).join(' on ')
}
