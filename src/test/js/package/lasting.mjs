// A program that is killed and started again. Arguments: address of the server, token, path of `ws`, the session, the
// file of its state, what to do. It prints what it applies, one line each.
import { createRequire } from 'node:module'
import { LastingClient } from 'reprise-client/lasting'
import { fileStorage } from 'reprise-client/storage-file'

const [url, token, ws, session, file, text] = process.argv.slice(2)
const client = new LastingClient({
  url, token: () => token, WebSocket: createRequire(import.meta.url)(ws), ...fileStorage(file), cursorSaveMs: 0,
})
client.on('restored', ({ type, result, error }) => console.log(`restored ${type} ${error?.code ?? 'accepted'}`))
const reading = await client.open(session)
reading.on('attached', ({ mode, recovered }) => console.log(`attached ${mode} ${recovered}`))
reading.on('event', async ({ seq, event }) => {
  await client.flush()
  console.log(`event ${seq} ${event.type} ${event.delta ?? ''}`)
})
client.start()
if (text) {
  const sent = client.send(session, text)
  await client.flush()
  console.log('stored')
  await sent
}
