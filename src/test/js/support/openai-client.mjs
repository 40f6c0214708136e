// Runs OpenAI's own client against a server. Standard input: { url, token, steps }, each step { body, headers?, leaveAt? } or
// { models: true }. Prints { steps: [{ text, pieces, finish, usage, calls, session, error? }] }; an error is { status, code, type, param }.
import { text } from 'node:stream/consumers'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(pathToFileURL(process.argv[2] + '/package.json'))
const { OpenAI } = require('openai')
const { url, token, steps } = JSON.parse(await text(process.stdin))
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 })

async function streamed(stream, told, leaveAt) {
  for await (const chunk of stream) {
    if (chunk.usage) told.usage = chunk.usage
    const choice = chunk.choices[0]
    if (!choice) continue
    if (choice.finish_reason) told.finish = choice.finish_reason
    for (const call of choice.delta.tool_calls ?? []) {
      const its = told.calls[call.index] ??= { id: call.id, type: call.type, function: { name: call.function.name, arguments: '' } }
      its.function.arguments += call.function.arguments ?? ''
    }
    if (!choice.delta.content) continue
    told.text += choice.delta.content
    if (++told.pieces === leaveAt) {
      stream.controller.abort()
      return
    }
  }
}

async function run({ body, headers, leaveAt, models }) {
  const told = { text: '', pieces: 0, calls: [] }
  try {
    if (models) return { models: (await client.models.list()).data.map(model => model.id), one: await client.models.retrieve('default') }
    const { data, response } = await client.chat.completions.create(body, { headers }).withResponse()
    told.session = response.headers.get('x-session')
    if (body.stream) await streamed(data, told, leaveAt)
    else {
      const [choice] = data.choices
      Object.assign(told, { text: choice.message.content, finish: choice.finish_reason, usage: data.usage, calls: choice.message.tool_calls ?? [], object: data.object, model: data.model })
    }
  } catch (error) {
    told.error = { name: error.constructor.name, status: error.status, code: error.code, type: error.type, param: error.param, message: error.message }
  }
  return told
}

const told = []
for (const step of steps) told.push(await run(step))
console.log(JSON.stringify({ steps: told }))
process.exit(0)
