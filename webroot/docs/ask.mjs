// Asks an agent one question, prints the answer and ends; see "Connect a client" in README.md.
// usage: node webroot/docs/ask.mjs [QUESTION]     (Node 20: node --experimental-websocket ...)
// environment: REPRISE (default: http://127.0.0.1:8080), TOKEN (default: a token of auth.mode dev)
// exit code: 0 after a complete answer, else 1 with a message on stderr
import { Client } from '../js/client.js'

const server = process.env.REPRISE ?? 'http://127.0.0.1:8080'
const [question = 'hello', ...more] = process.argv.slice(2)
const ANSWER_MS = 300_000

let midLine = false
function write(text) {
  process.stdout.write(text)
  if (text) midLine = !text.endsWith('\n')
}

function fail(message) {
  if (midLine) write('\n')
  console.error(`ask: ${message}`)
  process.exit(1) // a long-running program would wait: the client reconnects automatically
}

async function token() {
  if (process.env.TOKEN) return process.env.TOKEN
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${server}/api/v1/dev/token`, { method: 'POST', headers, body: '{"user":"ada"}' })
  if (!response.ok) fail(`no token (${response.status}): set TOKEN unless the server has auth.mode dev`)
  return (await response.json()).token
}

function show({ event }) {
  if (event.subagentRunId) return // the work of another agent for the one that answers
  if (event.type === 'TEXT_MESSAGE_START') write(`${midLine ? '\n' : ''}${event.role}: `)
  if (event.type === 'TEXT_MESSAGE_CONTENT') write(event.delta)
  if (event.type === 'RUN_ERROR') fail(`the run ended with an error (${event.code}): ${event.message}`)
  if (event.type !== 'RUN_FINISHED') return
  if (event.outcome.type !== 'success') fail(`the run ended without a complete answer: ${event.outcome.type}`)
  if (midLine) write('\n')
  process.exit(0)
}

if (more.length || !question.trim()) fail("one question is expected, in quotes: node webroot/docs/ask.mjs 'What is new?'")
if (!/^https?:\/\/[^/]/.test(server)) fail(`REPRISE must be an address such as http://127.0.0.1:8080, not "${server}"`)

try {
  const client = new Client({ url: `${server.replace(/^http/, 'ws')}/ws`, token })
  client.on('state', ({ state, code, reason }) => {
    if (state === 'waiting') fail(`no connection to ${server}: ${reason || 'it was closed'}`)
    if (state === 'closed') fail(`${server} closed the connection (${code}): ${reason}`)
  })
  setTimeout(() => fail(`no complete answer within ${ANSWER_MS / 1000} s`), ANSWER_MS)
  client.start()
  const { session } = await client.create({ title: 'First' })
  const chat = client.session(session)
  chat.on('error', ({ code, message }) => fail(`the session cannot be read (${code}): ${message}`))
  chat.on('notice', ({ kind }) => {
    if (kind === 'session.deleted') fail('the session was deleted')
  })
  await new Promise(resolve => chat.on('live', resolve))
  chat.on('event', show)
  await client.send(session, question)
} catch (failure) {
  fail(`${failure.code ? `the server refused (${failure.code}): ` : ''}${failure.message}`)
}
