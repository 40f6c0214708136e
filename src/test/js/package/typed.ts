// Compiled, not run: what the types of the package allow and refuse.
import { Client, CommandError, type AgentEvent, type Attached, type Cursor } from 'reprise-client'
import { ClientCalls } from 'reprise-client/calls'
import { LastingClient } from 'reprise-client/lasting'
import { pageHints } from 'reprise-client/page-hints'
import { MemoryCursors, type Outbox } from 'reprise-client/storage'
import { BrowserCursors, BrowserOutbox } from 'reprise-client/storage-browser'
import { fileStorage } from 'reprise-client/storage-file'

const client = new Client({
  url: 'ws://127.0.0.1:8080/ws', name: 'typed', zone: 'Europe/Rome', backoffMaxMs: 10_000, WebSocket: globalThis.WebSocket,
  token: async ({ renew }) => ({ token: renew ? 'b' : 'a', expiresAt: Date.now() + 60_000 }),
}).start()

client.on('state', state => {
  if (state.state === 'waiting') console.log(state.retryInMs.toFixed())
  if (state.state === 'closed') console.log(state.final, state.code)
  // @ts-expect-error: only a client that waits has it
  state.retryInMs
})
// @ts-expect-error: there is no such event
client.on('opened', () => {})
// @ts-expect-error: an address is needed
new Client({})

const { session, epoch } = await client.create({ agent: 'default', title: 'First' })
const cursor: Cursor = { epoch, seq: 0 }
const chat = client.session(session, cursor)
chat.on('attached', (verdict: Attached) => console.log(verdict.mode, verdict.missing?.[1].toFixed()))
chat.on('event', ({ event, seq }) => console.log(seq.toFixed(), shown(event)))
chat.on('snapshot', ({ messages, run }) => console.log(messages.map(({ id, content }) => [id, content]), run?.open[0]?.text))

function shown(event: AgentEvent): string {
  switch (event.type) {
    case 'TEXT_MESSAGE_CONTENT': return event.delta
    case 'TOOL_CALL_START': return event.toolCallName
    case 'RUN_ERROR': return event.code
    case 'RUN_FINISHED': return event.outcome.type === 'interrupt' ? event.outcome.interrupts[0]!.metadata.tool : ''
    case 'CUSTOM': return event.name === 'queue.changed' ? event.value.queue.map(({ text }) => text).join() : event.name
    // @ts-expect-error: AG-UI has no such event
    case 'TEXT_MESSAGE': return ''
    default: return event.type
  }
}

try {
  const { message, status, run, duplicate } = await client.send(session, 'hello', { onBusy: 'steer' })
  console.log(message, status === 'queued', run?.length, duplicate === true)
  // @ts-expect-error: not a way to be busy
  await client.send(session, 'hello', { onBusy: 'wait' })
} catch (error) {
  if (error instanceof CommandError && error.code === 'queue_full') console.log(error.retryable, error.kept)
}
await client.answer(session, { interrupt: 'i', decision: 'edit', arguments: { ms: 5 } })
// @ts-expect-error: an edit needs arguments
await client.answer(session, { interrupt: 'i', decision: 'edit' })
const mine = new ClientCalls(client, chat, { zoom: { parameters: { type: 'object' }, run: ({ by }) => by + 1 } }, (_, call) => call.id)
await client.send(session, 'look', { tools: mine.declarations })
console.log((await client.results(session, [{ toolCallId: 'c', content: 'x' }, { toolCallId: 'd', error: 'no' }])).open[0]?.length)
// @ts-expect-error: a result or an error is needed
await client.results(session, [{ toolCallId: 'c' }])
const { stopped } = await client.stopRun(session, { scope: 'all' })
console.log(stopped.length, (await client.regenerate(session, { checkpoint: 'c' })).run.length)
console.log((await client.rate(session, { message: 'm', rating: 'up' })).rating === 'up')
// @ts-expect-error: not a rating
await client.rate(session, { message: 'm', rating: 'best' })
const part = await client.upload(session, new Blob(['text']), { onProgress: share => console.log(share.toFixed()) })
await client.send(session, 'look', { parts: [part] })

const outbox: Outbox = { all: async () => [], add: async () => {}, remove: async () => {} }
const page = new LastingClient({ url: '/ws', hints: pageHints(), cursors: new BrowserCursors('ada'), outbox: new BrowserOutbox('ada') })
page.on('restored', ({ type, error, result }) => console.log(type, error ? error.code : result.duplicate))
page.on('storage', ({ doing }) => console.log(doing === 'save'))
const program = new LastingClient({ url: '/ws', ...fileStorage('state.json'), outboxMax: 5 })
new LastingClient({ url: '/ws', cursors: new MemoryCursors(), outbox })
;(await program.open(session)).on('live', ({ seq }) => console.log(seq.toFixed()))
await program.flush()
