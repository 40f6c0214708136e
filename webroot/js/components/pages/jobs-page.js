import { ownZone } from '../../browser/zone.js'
import { parts } from '../../later.js'
import { html, nothing, repeat, svg } from '../../lib.js'
import { callWords, fullTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import * as icons from '../icons.js'
import { Histories } from './histories.js'
import { historyPart } from './history-part.js'

const SHOWN_RUNS = 30
const SOON_MS = 1_000 // between two looks while something runs
const CHART = { width: 240, height: 36, bar: 6, gap: 2 }
const OUTCOMES = { success: 'Done', failed: 'Failed', stopped: 'Stopped', interrupted: 'Interrupted' }
const WHAT = {
  erasure: 'Erase deleted chats everywhere',
  'user-erasure': 'Erase people',
  'session-expiry': 'Delete chats that nobody uses',
  'checkpoint-cleanup': 'Delete old checkpoints',
  'claim-cleanup': 'Forget decided commands',
  'log-compaction': 'Store long chats in fewer rows',
  'orphan-sweep': 'Delete what belongs to no chat',
  'audit-retention': 'Delete old audit entries',
  'usage-retention': 'Delete old counts of usage',
  'mcp-health': 'Check MCP servers',
  'secret-renewal': 'Encrypt secrets with the newest key',
  'delivery-retention': 'Forget what hooks and webhooks did',
  'job-history-retention': 'Delete old job results',
}

/** The maintenance jobs of the server, for administrators. */
export class Jobs {
  #app
  #timer = null
  list = null        // null until they were read
  error = null
  runs               // of each, of those that were opened

  constructor(app) {
    this.#app = app
    this.runs = new Histories(app, name => `/job-runs?job=${name}&limit=${SHOWN_RUNS}`, 'runs')
  }

  async refresh() {
    clearTimeout(this.#timer)
    try {
      const { jobs } = await this.#app.api.call('GET', '/jobs')
      this.list = jobs
      this.error = null
      this.runs.refresh()
    } catch (error) {
      this.error = error
    }
    this.#app.set({})
    if (this.#isBusy) this.#timer = setTimeout(() => this.refresh(), SOON_MS)
  }

  /** Something runs, and somebody looks at it. */
  get #isBusy() {
    return this.#app.shownPage.content === this && !document.hidden && this.list?.some(job => job.running || job.requested)
  }

  /** A change of a job, and what is true then. */
  async ask(method, path, body) {
    await this.#app.attempt(() => this.#app.api.call(method, `/jobs/${path}`, body))
    return this.refresh()
  }
}

export function page(app) {
  const { jobs } = app
  if (jobs.error) {
    const words = jobs.error.code === 'forbidden' ? 'Only administrators see this page.' : errorWords(jobs.error)
    return html`<p class="hint nothing-here">${words}</p>`
  }
  if (!jobs.list) return html`<p class="hint">Reading the jobs…</p>`
  return html`
    <ul class="reminders jobs">${repeat(jobs.list, ({ name }) => name, job => html`<li>${card(jobs, job)}</li>`)}</ul>`
}

function card(jobs, job) {
  const { name, schedule, running, lastRun } = job
  const rule = parts.rules.ruleWords({ kind: schedule.cron ? 'cron' : 'interval', zone: schedule.cron ? 'UTC' : undefined, ...schedule })
  return html`
    <article class="reminder" data-job=${name} aria-label=${WHAT[name] ?? name}>
      <div class="reminder-words">
        <h3 title=${name}>${WHAT[name] ?? name}</h3>
        <p class="reminder-rule">${icons.repeats()} ${rule}</p>
        <p class="reminder-times">${running ? html`<strong>${progress(running)}</strong>` : next(job)}
          ${lastRun ? html`<span class="last-run">Last: ${result(lastRun)}</span>` : html`<span class="last-run">It has not run yet.</span>`}</p>
        ${lastRun?.outcome === 'failed' ? html`<p class="reminder-trouble">${icons.warning()} ${lastRun.error}</p>` : nothing}
      </div>
      <div class="reminder-buttons">
        ${running ? html`
          <button class="quiet small" ?disabled=${running.stopping} @click=${() => jobs.ask('POST', `${name}/stop`)}>${running.stopping ? 'Stopping…' : 'Stop'}</button>` : html`
          <button class="quiet small" ?disabled=${job.requested} @click=${() => jobs.ask('POST', `${name}/run`, {})}>Run now</button>`}
        <button class="quiet small" @click=${() => jobs.ask('PATCH', name, { paused: !job.paused })}>${job.paused ? 'Continue' : 'Pause'}</button>
      </div>
      ${history(jobs, name)}
    </article>`
}

function next({ paused, requested, nextRunAt }) {
  if (requested) return html`<strong>Begins soon</strong>`
  if (paused) return html`<span class="first">Paused</span>`
  return html`<time class="first" datetime=${nextRunAt} title=${fullTime(nextRunAt)}>Next: ${parts.rules.dueWords(nextRunAt, ownZone())}</time>`
}

const countWords = ({ processedCount, deletedCount }) => processedCount || deletedCount ? `${processedCount} looked at${deletedCount ? `, ${deletedCount} deleted` : ''}` : 'nothing to do'

const progress = job => job.processedCount ? `Runs now: ${countWords(job)}` : 'Runs now'

function result(job) {
  const { outcome, endedAt, durationMs, retentionDays } = job
  const kept = retentionDays === undefined ? '' : ` (older than ${retentionDays} ${retentionDays === 1 ? 'day' : 'days'})`
  return html`<span class=${outcome === 'failed' ? 'failed' : ''}>${OUTCOMES[outcome]}</span>
    <time datetime=${endedAt}>${fullTime(endedAt)}</time>: ${countWords(job)}${kept}, took ${callWords(durationMs)}`
}

const history = (jobs, name) => historyPart(jobs.runs, name, {
  summary: 'History', name: WHAT[name] ?? name, empty: 'It has not run yet.',
  content: list => html`${chart(list)}<ol>${list.map(run)}</ol>`,
})

const run = one => html`
  <li><time datetime=${one.startedAt}>${fullTime(one.startedAt)}</time>
    <span>${one.outcome ? result(one) : progress(one)}${one.by ? `, asked for by ${one.by}` : ''}</span></li>`

/** How long each run took, the oldest first; one that did not succeed stands out. */
function chart(runs) {
  const ended = runs.slice(0, SHOWN_RUNS).filter(({ durationMs }) => durationMs !== undefined).reverse()
  const most = Math.max(1, ...ended.map(({ durationMs }) => durationMs))
  const { width, height, bar, gap } = CHART
  return html`
    <svg class="job-chart" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img"
      aria-label="Duration of the last ${ended.length} runs, at most ${callWords(most)}">
      ${ended.map(({ durationMs, success }, i) => {
        const tall = Math.max(2, Math.round(height * durationMs / most))
        return svg`<rect x=${i * (bar + gap)} y=${height - tall} width=${bar} height=${tall} fill="currentColor"
          class=${success ? '' : 'failed'} opacity=${success ? 0.45 : 1}></rect>`
      })}
    </svg>`
}
