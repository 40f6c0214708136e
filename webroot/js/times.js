const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

const startOfDay = time => new Date(time).setHours(0, 0, 0, 0)
const daysAgo = (time, now) => Math.round((startOfDay(now) - startOfDay(time)) / 86_400_000)

/** The hour today, the day before that. */
export const shortTime = (time, now = Date.now()) => (daysAgo(time, now) <= 0 ? clock : day).format(new Date(time))

export const fullTime = time => full.format(new Date(time))

export function dayGroup(time, now = Date.now()) {
  const ago = daysAgo(time, now)
  if (ago <= 0) return 'Today'
  if (ago === 1) return 'Yesterday'
  return ago < 7 ? 'This week' : 'Earlier'
}
