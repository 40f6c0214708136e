import { callWords } from '../words/times.js'

/** Who answers, and what an answer took, in words. */

const number = new Intl.NumberFormat()
const RATED_FROM_MS = 500 // what took less says nothing about the speed of a model

/** Who answers in a chat: its agent, and the model that wrote last, or else the one that the server named. */
export function whoAnswers({ items, agent }, model, titleOf = name => name) {
  const last = items.findLast(item => item.model)?.model ?? model
  return [agent && titleOf(agent), last].filter(Boolean).join(' · ')
}

/** How full the context of the model was at the newest answer: `percent` is null where its size is not known. */
export function contextOf({ items }) {
  const use = items.findLast(item => item.contextUse)?.contextUse
  if (!use) return null
  const { usedTokens, maxTokens } = use
  const percent = maxTokens ? Math.min(100, Math.round(100 * usedTokens / maxTokens)) : null
  const words = maxTokens
    ? `${number.format(usedTokens)} of ${number.format(maxTokens)} tokens of the context are used`
    : `${number.format(usedTokens)} tokens of context are used`
  return { percent, words }
}

/** Of the last text of an answer: model, time, tokens, their rate and cost, as far as they are known. Empty when nothing is. */
export function tookWords({ model, usage, durationMs }, currency) {
  const input = sum(usage, 'inputTokens')
  const output = sum(usage, 'outputTokens')
  return [
    model,
    durationMs !== undefined && callWords(durationMs),
    tokenWords(input, output) + (tokenWords(input, output) && usage?.some(one => one.estimated) ? ' (estimated)' : ''),
    rateWords(output, durationMs),
    costWords(sum(usage, 'cost'), currency),
  ].filter(Boolean).join(' · ')
}

/** Empty below one token a second, which says more about the connection than about the model. */
function rateWords(output, durationMs) {
  const rate = Math.round(output / (durationMs / 1000))
  return output > 0 && durationMs >= RATED_FROM_MS && rate > 0 && `${number.format(rate)} ${rate === 1 ? 'token' : 'tokens'}/s`
}

/** Two digits that say something, however small the cost. */
export function costWords(cost, currency = '') {
  if (!(cost > 0)) return ''
  return `${new Intl.NumberFormat(undefined, { maximumSignificantDigits: cost < 1 ? 2 : undefined, maximumFractionDigits: 2 }).format(cost)} ${currency}`.trim()
}

function tokenWords(input, output) {
  const counts = [[input, 'in'], [output, 'out']].filter(([count]) => count !== null)
  return counts.map(([count, way], i) => `${number.format(count)} ${i ? '' : count === 1 ? 'token ' : 'tokens '}${way}`).join(', ')
}

/** Null where nobody reported any. */
function sum(usage, which) {
  const reported = (usage ?? []).map(one => one[which]).filter(Number.isFinite)
  return reported.length ? reported.reduce((a, b) => a + b) : null
}
