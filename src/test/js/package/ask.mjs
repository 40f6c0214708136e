// Asks one question with the installed package and prints the answer. Arguments: address of the server, token, and, where
// Node has no WebSocket, the path of the package `ws`.
import { createRequire } from 'node:module'
import { Client } from 'reprise-client'

const [url, token, ws] = process.argv.slice(2)
const client = new Client({ url, token: () => token, ...(ws && { WebSocket: createRequire(import.meta.url)(ws) }) }).start()
const { session, epoch } = await client.create()
const users = new Set()
client.session(session, { epoch, seq: 0 }).on('event', ({ event }) => {
  if (event.type === 'TEXT_MESSAGE_START' && event.role === 'user') users.add(event.messageId)
  if (event.type === 'TEXT_MESSAGE_CONTENT' && !users.has(event.messageId)) process.stdout.write(event.delta)
  if (event.type === 'RUN_FINISHED') client.stop()
})
await client.send(session, '/echo the answer')
