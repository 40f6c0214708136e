import { shared } from './storage.js'

const WANTED = 'reprise.notify'

/** The browser's notifications, for answers that come while nobody looks. They are asked for only on a click. */
export const isPossible = () => 'Notification' in globalThis && Notification.permission !== 'denied'

export const areOn = () =>
  isPossible() && Notification.permission === 'granted' && shared.getItem(WANTED) === 'yes'

export async function turnOn() {
  if (await Notification.requestPermission() === 'granted') shared.setItem(WANTED, 'yes')
}

export const turnOff = () => shared.removeItem(WANTED)

/** `tag`: a later one with the same tag replaces the earlier. */
export function notify(title, { body, tag, onOpen }) {
  if (!areOn() || document.visibilityState === 'visible') return
  try {
    const shown = new Notification(title, { body, tag, icon: '/icon.svg' })
    shown.onclick = () => {
      shown.close()
      window.focus()
      onOpen()
    }
  } catch { /* some phones have the class and refuse to make one */ }
}
