// Runs AG-UI's own client, which verifies all events, against a server. Standard input: { url, token, threadId, messages, steps }, each
// step { runId, message?, tools?, context?, state?, forwardedProps?, resume?, abortAt?, twice?, wait? }. Prints { steps: [{ types, events, error? }], messages }.
import { text } from 'node:stream/consumers'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(pathToFileURL(process.argv[2] + '/package.json'))
const { HttpAgent } = require('@ag-ui/client')
const { url, token, threadId, messages = [], steps } = JSON.parse(await text(process.stdin))
const make = initialMessages => new HttpAgent({ url, threadId, initialMessages, headers: { authorization: `Bearer ${token}` } })
const agent = make(messages)

async function run(its, { runId, tools, context, state, forwardedProps, resume, abortAt }) {
  const events = []
  let deltas = 0
  const onEvent = ({ event }) => {
    events.push(event)
    if (event.type === 'TEXT_MESSAGE_CONTENT' && ++deltas === abortAt) its.abortRun()
  }
  if (state) its.state = state
  try {
    await its.runAgent({ runId, tools, context, forwardedProps, resume }, { onEvent })
    return { events }
  } catch (error) {
    return { events, error: String(error.message ?? error), status: error.status }
  }
}

const told = []
for (const step of steps) {
  if (step.message) agent.messages = [...agent.messages, step.message]
  const other = step.twice ? make(structuredClone(agent.messages)) : null
  const first = run(agent, step)
  if (!other) told.push(await first)
  else {
    if (step.wait) await new Promise(resolve => setTimeout(resolve, step.wait))
    told.push(...await Promise.all([first, run(other, step)]))
  }
}
console.log(JSON.stringify({ steps: told, messages: agent.messages }))
process.exit(0)
