import { now as serverNow } from '../browser/clock.js'

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const longDayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' })

export const startOfDay = time => new Date(time).setHours(0, 0, 0, 0)
const daysAgo = (time, now) => Math.round((startOfDay(now) - startOfDay(time)) / 86_400_000)

/** The time for today, else the date. */
export const shortTime = (time, now = serverNow()) => (daysAgo(time, now) <= 0 ? clock : day).format(new Date(time))

export const fullTime = time => full.format(new Date(time))

/** How long ago, in short form: `now`, `5 min`, `3 h`, a weekday, a date. */
export function agoWords(time, now = serverNow()) {
  const minutes = Math.floor((now - new Date(time)) / 60_000)
  if (minutes < 1) return 'now'
  if (minutes < 60) return `${minutes} min`
  const days = daysAgo(time, now)
  if (days <= 0 || minutes < 6 * 60) return `${Math.floor(minutes / 60)} h`
  return (days < 7 ? weekday : day).format(new Date(time))
}

export function dayGroup(time, now = serverNow()) {
  const ago = daysAgo(time, now)
  if (ago <= 0) return 'Today'
  if (ago === 1) return 'Yesterday'
  return ago < 7 ? 'This week' : 'Earlier'
}

/** What a day is called: `Today`, `Yesterday`, `Monday, 2 March`, with the year where it is another. */
export function dayWords(time, now = serverNow()) {
  const ago = daysAgo(time, now)
  if (ago === 0) return 'Today'
  if (ago === 1) return 'Yesterday'
  const thisYear = new Date(time).getFullYear() === new Date(now).getFullYear()
  return (thisYear ? longDay : longDayOfYear).format(new Date(time))
}

/** A duration: `3 s`, `2 min`. */
export function lastingWords(ms) {
  const seconds = Math.round(ms / 1000)
  if (seconds < 1) return 'a moment'
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

/** How long a call took, more exactly: `0.4 s`, `12 s`, `2 min`. */
export function callWords(ms) {
  if (ms < 50) return '< 0.1 s'
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : lastingWords(ms)
}

/** When a wait ends: `in 3 min`, `today at 14:30`, `tomorrow at 14:30`, `on Fri at 14:30`. */
export function expiryWords(time, now = serverNow()) {
  const seconds = Math.round((new Date(time) - now) / 1000)
  if (Number.isNaN(seconds)) return ''
  if (seconds <= 0) return 'now'
  if (seconds < 100) return `in ${seconds} s`
  if (seconds < 60 * 60) return `in ${Math.round(seconds / 60)} min`
  const days = -daysAgo(time, now)
  const which = days <= 0 ? 'today' : days === 1 ? 'tomorrow' : `on ${(days < 7 ? weekday : day).format(new Date(time))}`
  return `${which} at ${clock.format(new Date(time))}`
}

/** When something is due, in short form: `in 3 min`, `14:30`, `tomorrow 09:00`, `Fri 09:00`. */
export function untilWords(time, now = serverNow()) {
  const seconds = Math.round((new Date(time) - now) / 1000)
  if (seconds <= 0) return 'now'
  if (seconds < 60) return `in ${seconds} s`
  if (seconds < 60 * 60) return `in ${Math.round(seconds / 60)} min`
  const days = -daysAgo(time, now)
  const hour = clock.format(new Date(time))
  if (days <= 0) return hour
  if (days === 1) return `tomorrow ${hour}`
  return `${(days < 7 ? weekday : day).format(new Date(time))} ${hour}`
}
