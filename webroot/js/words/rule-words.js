import { now as serverNow } from '../browser/clock.js'
import { ownZone } from '../browser/zone.js'

/** What a schedule says, in words that the server understands too wherever there are such. */

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const UNITS = [[86_400_000, 'day'], [3_600_000, 'hour'], [60_000, 'minute'], [1_000, 'second']]
const NAMES = { SUN: 0, MON: 1, TUE: 2, WED: 3, THU: 4, FRI: 5, SAT: 6 }
const CRON = /^\s*(?:[\d*\/,-]+\s+){2}(?:[\d*\/,-]+\s+)(?:[\dA-Za-z*\/,-]+\s+)[\dA-Za-z*\/,-]+\s*$/

/** What the run of a reminder sees of its chat, by the server's word for it. */
export const CONTEXTS = { all: 'the whole chat', summary: 'a summary of the chat', last: 'only the last exchange', none: 'nothing but the reminder' }

/** Where a reminder speaks. */
export const TARGETS = { this: 'in this chat', new: 'in a new chat each time' }

/** What was written: five fields are cron, all else are words. */
export const scheduleOf = (when, zone = ownZone()) =>
  CRON.test(when) ? { kind: 'cron', cron: when.trim(), zone } : { kind: 'natural', when: when.trim(), zone }

/** `every weekday at 09:00`; null for what comes once. The zone is named where it is not that of this browser. */
export function ruleWords(schedule, { clock = localClock, own = ownZone() } = {}) {
  if (schedule?.kind === 'interval') return intervalWords(schedule.everyMs)
  if (schedule?.kind !== 'cron') return null
  const words = cronWords(schedule.cron, clock) ?? `cron ${schedule.cron}`
  return schedule.zone && schedule.zone !== own ? `${words} in ${placeOf(schedule.zone)}` : words
}

/** Words for the field in which a time is written, which the server reads as the same schedule. */
export function whenWords(schedule, triggerAt) {
  const rule = ruleWords(schedule, { clock: plainClock, own: schedule?.zone })
  if (schedule?.kind === 'cron') return UNDERSTOOD.test(rule) ? rule : schedule.cron
  return rule ?? plainTime(schedule?.at ?? triggerAt, schedule?.zone)
}

/** Of the words for rules, those that the server reads. */
const UNDERSTOOD = /^every (?:day|weekday|(?:\w+day)(?:,? (?:and )?\w+day)*|month on the \d+(?:st|nd|rd|th)) at \d\d:\d\d$/

/** `Europe/Lisbon`: `Lisbon`. */
export const placeOf = zone => zone.split('/').at(-1).replaceAll('_', ' ')

function intervalWords(everyMs) {
  const [ms, name] = UNITS.find(([unit]) => everyMs % unit === 0) ?? UNITS.at(-1)
  const count = everyMs / ms
  return count === 1 ? `every ${name}` : `every ${count} ${name}s`
}

function cronWords(cron, clock) {
  const [minute, hour, date, month, day] = cron.trim().toUpperCase().split(/\s+/)
  if (hour === '*' || hour.startsWith('*/')) return date === '*' && month === '*' && day === '*' ? hourly(minute, hour) : null
  const times = timesOf(minute, hour, clock)
  const days = date === '*' ? daysOf(day, month) : day === '*' ? datesOf(date, month) : null
  return times && days && `${days} at ${times}`
}

function hourly(minute, hour) {
  const each = /^\*\/(\d+)$/.exec(minute)
  if (hour === '*' && minute === '*') return 'every minute'
  if (hour === '*' && each && 60 % each[1] === 0) return `every ${each[1]} minutes`
  if (!/^\d+$/.test(minute)) return null
  const at = Number(minute) ? `, ${minute} min past` : ''
  const hours = hour === '*' ? 1 : Number(hour.slice(2))
  return hours === 1 ? `every hour${at}` : 24 % hours === 0 ? `every ${hours} hours${at}` : null
}

function timesOf(minute, hour, clock) {
  if (!/^\d+$/.test(minute) || !/^\d+(,\d+)*$/.test(hour)) return null
  return listed(hour.split(',').map(each => clock(Number(each), Number(minute))))
}

function daysOf(day, month) {
  if (month !== '*') return null
  if (day === '*') return 'every day'
  const days = numbersOf(day)
  if (!days) return null
  const all = [...new Set(days.map(each => each % 7))].sort((a, b) => (a + 6) % 7 - (b + 6) % 7) // the week begins on Monday
  if (all.length === 7) return 'every day'
  if (all.join() === '1,2,3,4,5') return 'every weekday'
  return `every ${listed(all.map(each => DAYS[each]))}`
}

function datesOf(date, month) {
  const dates = numbersOf(date)
  if (!dates) return null
  if (month === '*') return `every month on the ${listed(dates.map(ordinal))}`
  const months = numbersOf(month)
  return months && months.every(each => MONTHS[each - 1]) ? `every ${listed(dates)} ${listed(months.map(each => MONTHS[each - 1]))}` : null
}

/** `1-3,5`: 1, 2, 3, 5; null for what is no such list. */
function numbersOf(field) {
  const all = []
  for (const part of field.split(',')) {
    const range = /^(\w+)(?:-(\w+))?$/.exec(part)
    const [from, to] = [range?.[1], range?.[2] ?? range?.[1]].map(each => NAMES[each] ?? Number(each))
    if (!range || !Number.isInteger(from) || !Number.isInteger(to) || from > to) return null
    for (let each = from; each <= to; each++) all.push(each)
  }
  return all
}

const listed = words => words.length < 2 ? String(words[0]) : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

function ordinal(day) {
  const suffix = day % 100 > 10 && day % 100 < 14 ? 'th' : { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th'
  return `${day}${suffix}`
}

const two = number => String(number).padStart(2, '0')
const plainClock = (hour, minute) => `${two(hour)}:${two(minute)}`

const shown = new Intl.DateTimeFormat(undefined, { timeStyle: 'short', timeZone: 'UTC' })
const localClock = (hour, minute) => shown.format(Date.UTC(2026, 0, 1, hour, minute))

/** `2026-12-01 09:00`, as the clocks of that zone show it. */
function plainTime(time, zone) {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone }).format(new Date(time))
}

/** When something is due, as the clocks of that zone show it: `today, 14:30`, `tomorrow, 09:00`, `Fri, 09:00`, `24 Dec, 09:00`. */
export function dueWords(time, zone = ownZone(), now = serverNow()) {
  const format = options => new Intl.DateTimeFormat(undefined, { ...options, timeZone: zone }).format(new Date(time))
  const dayOf = at => Date.parse(new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: zone }).format(new Date(at)))
  const days = Math.round((dayOf(time) - dayOf(now)) / 86_400_000)
  const year = format({ year: 'numeric' }) === new Intl.DateTimeFormat(undefined, { year: 'numeric', timeZone: zone }).format(now) ? {} : { year: 'numeric' }
  const day = days === 0 ? 'today' : days === 1 ? 'tomorrow' : days > 1 && days < 7 ? format({ weekday: 'short' })
    : format({ day: 'numeric', month: 'short', ...year })
  return `${day}, ${format({ timeStyle: 'short' })}`
}
