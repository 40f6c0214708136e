import { callWords } from '../words/times.js'

/** Who answers, and what an answer took, in words. */

const number = new Intl.NumberFormat()
const RATED_FROM_MS = 500 // what took less says nothing about the speed of a model

/** Who answers in a chat: its agent, and the model that wrote last, or else the one that the server named. */
export function whoAnswers({ items, agent }, model, titleOf = name => name) {
  const last = items.findLast(item => item.model)?.model ?? model
  return [agent && titleOf(agent), last].filter(Boolean).join(' · ')
}

/** Of the last text of an answer: model, time, tokens and their rate, as far as they are known. Empty when nothing is. */
export function tookWords({ model, usage, durationMs }) {
  const input = sum(usage, 'inputTokens')
  const output = sum(usage, 'outputTokens')
  return [
    model,
    durationMs !== undefined && callWords(durationMs),
    tokenWords(input, output),
    rateWords(output, durationMs),
  ].filter(Boolean).join(' · ')
}

/** Empty below one token a second, which says more about the connection than about the model. */
function rateWords(output, durationMs) {
  const rate = Math.round(output / (durationMs / 1000))
  return output > 0 && durationMs >= RATED_FROM_MS && rate > 0 && `${number.format(rate)} ${rate === 1 ? 'token' : 'tokens'}/s`
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
