import { shared } from './storage.js'

const WANTED = 'reprise.notify'
const ANSWER_MS = 250 // how long other tabs have to say that somebody looks at them

/** The browser's notifications, for answers that come while nobody looks. They are asked for only on a click. */
export const isPossible = () => 'Notification' in globalThis && Notification.permission !== 'denied'

export const areOn = () =>
  isPossible() && Notification.permission === 'granted' && shared.getItem(WANTED) === 'yes'

export async function turnOn() {
  if (await Notification.requestPermission() === 'granted') shared.setItem(WANTED, 'yes')
}

export const turnOff = () => shared.removeItem(WANTED)

/** Whether this browser is told without a page (push.js): then its notifications come from there. */
export const arePushed = () => isPossible() && shared.getItem('reprise.push') !== null

const isLookedAt = () => document.visibilityState === 'visible'

/** Tabs of this browser ask each other. */
const tabs = 'BroadcastChannel' in globalThis ? new BroadcastChannel('reprise.tabs') : null
tabs?.addEventListener('message', ({ data }) => {
  if (data === 'who is looked at?' && isLookedAt()) tabs.postMessage('this one')
})

/** Whether somebody looks at any tab of this page; asks the others. */
export function isAnyLookedAt() {
  if (isLookedAt() || !tabs) return Promise.resolve(isLookedAt())
  return new Promise(resolve => {
    const done = answer => {
      clearTimeout(timer)
      tabs.removeEventListener('message', heard)
      resolve(answer)
    }
    const heard = ({ data }) => { if (data === 'this one') done(true) }
    const timer = setTimeout(() => done(false), ANSWER_MS)
    tabs.addEventListener('message', heard)
    tabs.postMessage('who is looked at?')
  })
}

/** `tag`: a later one with the same tag replaces the earlier, also of another tab. */
export function notify(title, { body, tag, onOpen }) {
  try {
    const shown = new Notification(title, { body, tag, icon: '/icon.svg' })
    shown.onclick = () => {
      shown.close()
      window.focus()
      onOpen()
    }
  } catch { /* some phones have the class and refuse to make one */ }
}
