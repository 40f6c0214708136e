import { now } from '../browser/clock.js'

const MINUTES = 60

const minutes = time => {
  const [hours, rest] = time.split(':').map(Number)
  return hours * MINUTES + rest
}

/** Whether it is quiet at that time; `hours`: { from, to, zone }, or null for never. */
export function isQuiet(hours, ms) {
  if (!hours) return false
  const [from, to, at] = [hours.from, hours.to, timeIn(hours.zone, ms)].map(minutes)
  return from < to ? from <= at && at < to : from <= at || at < to
}

const timeIn = (timeZone, ms) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms)

/** When the person is not to be notified; asked for once, and again after it changed. */
export class Quiet {
  #api
  #hours = null // a promise of them, once they were asked for

  constructor(api) { this.#api = api }

  /** Whoever cannot be asked, or has a zone that this browser does not know, is notified. */
  async isNow() {
    try {
      return isQuiet(await this.hours(), now())
    } catch {
      return false
    }
  }

  hours() {
    const asked = this.#hours ??= this.#api.preferences().then(({ quietHours }) => quietHours)
    asked.catch(() => { if (this.#hours === asked) this.forget() })
    return asked
  }

  async set(quietHours) {
    await this.#api.prefer({ quietHours })
    this.forget()
  }

  forget() { this.#hours = null }
}
