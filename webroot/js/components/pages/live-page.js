import { html, nothing, repeat } from '../../lib.js'
import { callWords, fullTime } from '../../words/times.js'
import { errorWords } from '../../words/words.js'
import { askBefore } from '../dialog.js'
import * as icons from '../icons.js'

const EVERY_MS = 3_000 // between two looks while somebody has the page before them
const MB = 1_048_576
const ORIGINS = { user: 'a message', recall: 'a reminder', api: 'the API' }
const POOLS = { writes: 'Database, writing', reads: 'Database, reading' }

/** What the server does at the moment, for administrators. Refreshes itself as long as it is looked at. */
export class Live {
  #app
  #timer = null
  now = null         // null until it was read
  error = null
  stopping = new Set() // runs that were asked to stop

  constructor(app) {
    this.#app = app
  }

  async refresh() {
    clearTimeout(this.#timer)
    try {
      this.now = await this.#app.api.call('GET', '/live')
      this.error = null
    } catch (error) {
      this.error = error
    }
    this.#app.set({})
    clearTimeout(this.#timer)
    if (this.#app.shownPage.content === this && !document.hidden && this.error?.code !== 'forbidden') this.#timer = setTimeout(() => this.refresh(), EVERY_MS)
  }

  stop({ session, run, user }) {
    askBefore({ title: 'Stop this run?', words: `The answer for ${user} ends where it is. The audit log names you.`, yes: 'Stop it' }, async () => {
      this.stopping.add(run)
      this.#app.set({})
      const path = `/live/sessions/${encodeURIComponent(session)}/runs/${encodeURIComponent(run)}/stop`
      if (!await this.#app.attempt(() => this.#app.api.call('POST', path))) this.stopping.delete(run)
      this.refresh()
    })
  }
}

export function page(app) {
  const { live } = app
  if (live.error && !live.now || live.error?.code === 'forbidden') {
    const words = live.error.code === 'forbidden' ? 'Only administrators see this page.' : errorWords(live.error)
    return html`<p class="hint nothing-here">${words}</p>`
  }
  if (!live.now) return html`<p class="hint">Reading…</p>`
  const { node, version, upMs, runs, moreRuns } = live.now
  return html`
    <div class="live-page">
      ${live.error ? html`<p class="reminder-trouble">${icons.warning()} ${errorWords(live.error)}</p>` : nothing}
      <p class="hint">Version ${version}, running for ${callWords(upMs)}, node ${node}</p>
      <h3>Runs (${runs.length}${moreRuns ? '+' : ''})</h3>
      ${runs.length ? html`<ul class="reminders live-runs">${repeat(runs, ({ run }) => run, run => html`<li>${card(live, run)}</li>`)}</ul>`
        : html`<p class="hint">Nothing is being answered.</p>`}
      <h3>Connections</h3>
      ${connections(live.now.connections)}
      ${live.now.cluster ? html`<h3>Nodes</h3>${nodes(live.now)}` : nothing}
      <h3>Event loops</h3>
      ${facts(live.now.loops.map(({ name, lagMs }) => [name, `${lagMs} ms late at most`]))}
      <h3>Pools</h3>
      ${facts(live.now.pools.map(({ name, connections: open, connectionsMax, underWay }) =>
        [POOLS[name] ?? name, `${open} of ${connectionsMax} connections, ${underWay} ${underWay === 1 ? 'statement' : 'statements'} under way`]))}
      <h3>Memory</h3>
      ${memory(live.now.memory)}
    </div>`
}

/** Names and values, as a list that screen readers read in pairs. */
const facts = pairs => html`<dl class="facts">${pairs.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`

const connections = now => now
  ? facts([['Sockets and streams', now.open], ['Chats that they read', now.subscriptions], ['Chats in memory', now.sessions], ['Commands under way', now.commands]])
  : html`<p class="hint">A part of the server did not answer in time.</p>`

const nodes = ({ node: own, cluster: { nodes: all } }) => facts(all.map(one => [`Node ${one.node}`, nodeWords(one, own)]))

function nodeWords({ node, shards, settings, catalog, counts }, own) {
  const words = `${shards} shards${node === own ? ', this one' : ''}`
  if (!counts) return `${words}; it did not answer in time`
  const { taken, given, lost, lateWrites, lostHints } = counts
  return `${words}; since its start ${taken} taken, ${given} handed over, ${lost} lost while it was taken for dead, ${lateWrites} late writes refused, `
    + `${lostHints} messages lost between nodes; settings ${settings}, change ${catalog} of the catalogue`
}

const memory = ({ heapUsedBytes, heapMaxBytes, otherBytes }) => facts([
  ['Heap', `${megabytes(heapUsedBytes)} of ${megabytes(heapMaxBytes)}`], ['Other', megabytes(otherBytes)]])

const megabytes = bytes => `${Math.round(bytes / MB)} MB`

function card(live, run) {
  const isStopping = live.stopping.has(run.run)
  return html`
    <article class="reminder" data-run=${run.run} aria-label="Run of ${run.user}">
      <div class="reminder-words">
        <p><strong dir="auto">${run.user}</strong>, by ${ORIGINS[run.origin] ?? run.origin}${run.agent ? `, ${run.agent}` : ''}</p>
        <p class="reminder-times"><time datetime=${run.startedAt}>since ${fullTime(run.startedAt)}</time> <span>${run.session}</span></p>
      </div>
      <div class="reminder-buttons">
        <button class="quiet small" ?disabled=${isStopping} aria-label="Stop the run of ${run.user}" @click=${() => live.stop(run)}>${isStopping ? 'Stopping…' : 'Stop'}</button>
      </div>
    </article>`
}
