import { costWords } from '../../chat/answered.js'
import { html, live, nothing, repeat, svg } from '../../lib.js'
import { errorWords } from '../../words/words.js'

const number = new Intl.NumberFormat()
const CHART = { height: 120, bar: 16, gap: 4 }
const DAYS = [7, 30, 90]
const DAY_MS = 86_400_000
const SHOWN = 200 // more than there are days
const OWN = { model: 'Model', agent: 'Agent', purpose: 'Purpose' }
const ALL = { user: 'Person', ...OWN }

/** What models were used for by the person, put together by day and by something else. */
export class Usage {
  #app
  groups = OWN
  days = 30
  group = 'model'
  byDay = null // null until it was read, as `rows`
  rows = null
  error = null

  constructor(app) {
    this.#app = app
  }

  async refresh() {
    const asked = { days: this.days, group: this.group }
    try {
      const [byDay, rows] = await Promise.all([this.#report('day'), this.#report(this.group)])
      if (asked.days !== this.days || asked.group !== this.group) return
      Object.assign(this, { byDay, rows, error: null })
    } catch (error) {
      this.error = error
    }
    this.#app.set({})
  }

  choose(choice) {
    Object.assign(this, choice)
    this.refresh()
  }

  /** One page more of the rows. */
  more() {
    return this.#app.attempt(async () => {
      const shown = this.rows
      const page = await this.#report(this.group, shown.cursor)
      if (this.rows === shown) this.rows = { ...page, rows: [...shown.rows, ...page.rows] }
      this.#app.set({})
    })
  }

  #report(group, cursor) {
    const from = new Date(Date.now() - (this.days - 1) * DAY_MS).toISOString().slice(0, 10)
    const own = this.groups === OWN ? `&user=${encodeURIComponent(this.#app.auth.user)}` : ''
    return this.#app.api.call('GET', `/usage?group=${group}&from=${from}&limit=${SHOWN}${own}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)
  }
}

/** What all people have used, for administrators. */
export class UsageOfAll extends Usage {
  groups = ALL
  group = 'user'
}

export const usagePage = app => page(app.usage)

export const usageOfAllPage = app => app.server.isAdmin ? page(app.usageOfAll)
  : html`<p class="hint nothing-here">Only administrators see this page.</p>`

function page(usage) {
  const { byDay, rows, error } = usage
  if (error && !rows) return html`<p class="hint nothing-here">${errorWords(error)}</p>`
  if (!rows) return html`<p class="hint">Reading…</p>`
  const total = sumOf(byDay.rows)
  return html`
    <div class="usage-page">
      ${choices(usage)}
      ${error ? html`<p class="reminder-trouble">${errorWords(error)}</p>` : nothing}
      <p><strong>${number.format(total.tokens)} tokens</strong> in ${number.format(total.calls)} calls${costOf(total, byDay.currency)}</p>
      ${byDay.budget ? html`<p class="hint">${budgetWords(byDay)}</p>` : nothing}
      ${byDay.rows.length ? html`${chart(byDay, usage.days)}${table(usage)}` : html`<p class="hint">No model was called in this time.</p>`}
      ${notes(total)}
    </div>`
}

const choices = usage => html`
  <div class="page-choices">
    <label>Time <select name="days" @change=${event => usage.choose({ days: Number(event.target.value) })}>
      ${DAYS.map(days => html`<option value=${days} .selected=${live(usage.days === days)}>${days} days</option>`)}</select></label>
    <label>By <select name="group" @change=${event => usage.choose({ group: event.target.value })}>
      ${Object.entries(usage.groups).map(([group, words]) =>
        html`<option value=${group} .selected=${live(usage.group === group)}>${words}</option>`)}</select></label>
  </div>`

function budgetWords({ budget: { userDayTokens, userDayCost }, currency }) {
  const parts = [userDayTokens && `${number.format(userDayTokens)} tokens`, userDayCost && costWords(userDayCost, currency)]
  return `Each person may use ${parts.filter(Boolean).join(' and ')} a day. A day begins at 00:00 UTC.`
}

const tokensOf = row => row.inputTokens + row.outputTokens

function sumOf(rows) {
  const sum = { tokens: 0, calls: 0, cost: 0, estimated: 0, unpriced: 0 }
  for (const row of rows) {
    sum.tokens += tokensOf(row)
    sum.calls += row.calls
    sum.cost += row.cost
    sum.estimated += row.estimatedCalls
    sum.unpriced += row.unpricedCalls
  }
  return sum
}

const costOf = ({ cost }, currency) => cost > 0 ? html`, <strong>${costWords(cost, currency)}</strong>` : nothing

function notes({ estimated, unpriced, cost }) {
  return html`
    ${estimated ? html`<p class="hint">The tokens of ${number.format(estimated)} calls are estimated, because their provider reported none or they were cut off.</p>` : nothing}
    ${unpriced && cost > 0 ? html`<p class="hint">The cost does not contain ${number.format(unpriced)} calls of models without prices.</p>` : nothing}`
}

/** Tokens of each day, days without any included. */
function chart({ rows, to }, days) {
  const byDay = new Map(rows.map(row => [row.key, tokensOf(row)]))
  const all = Array.from({ length: days }, (none, i) => {
    const day = new Date(Date.parse(to) - (days - 1 - i) * DAY_MS).toISOString().slice(0, 10)
    return [day, byDay.get(day) ?? 0]
  })
  const most = Math.max(1, ...all.map(([, tokens]) => tokens))
  const { height, bar, gap } = CHART
  const width = days * (bar + gap)
  return html`
    <svg class="usage-chart" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img"
      aria-label="Tokens of each day, at most ${number.format(most)}">
      ${all.map(([day, tokens], i) => {
        const tall = tokens ? Math.max(2, Math.round(height * tokens / most)) : 0
        return svg`<rect x=${i * (bar + gap)} y=${height - tall} width=${bar} height=${tall} fill="currentColor"><title>${day}: ${number.format(tokens)} tokens</title></rect>`
      })}
    </svg>
    <p class="usage-axis hint"><span>${all[0][0]}</span><span>${all.at(-1)[0]}</span></p>`
}

const named = (group, { key, title }) => title ?? (group === 'agent' && !key ? 'Default agent' : key)

function table(usage) {
  const { rows: { rows, group, currency, cursor }, groups } = usage
  return html`
    <div class="table-scroll" tabindex="0" role="region" aria-label="What was used, by ${groups[group]?.toLowerCase() ?? group}">
      <table class="usage-table">
        <thead><tr><th scope="col">${groups[group] ?? group}</th><th scope="col">Calls</th><th scope="col">In</th><th scope="col">of it cached</th>
          <th scope="col">Out</th><th scope="col">of it reasoning</th><th scope="col">Cost</th></tr></thead>
        <tbody>${repeat(rows, row => row.key, row => html`
          <tr><th scope="row" dir="auto">${named(group, row)}</th><td>${number.format(row.calls)}</td><td>${number.format(row.inputTokens)}</td>
            <td>${number.format(row.cachedInputTokens)}</td><td>${number.format(row.outputTokens)}</td><td>${number.format(row.reasoningTokens)}</td>
            <td>${costWords(row.cost, currency) || '–'}</td></tr>`)}</tbody>
      </table>
    </div>
    ${cursor ? html`<button class="quiet" @click=${() => usage.more()}>Show more</button>` : nothing}`
}
