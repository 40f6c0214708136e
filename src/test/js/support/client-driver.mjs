// Drives the JavaScript client for io.reprise.client.NodeDriver: reads one JSON object per line from standard input and
// writes what the client tells, one per line. Arguments: address of the socket, token, path of the package `ws`.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { Client } from '../../../../webroot/js/client.js'

const [url, token, ws] = process.argv.slice(2)
const tell = value => console.log(JSON.stringify(value))
const client = new Client({
  url, token: () => token, WebSocket: createRequire(import.meta.url)(ws), backoffMinMs: 50, backoffMaxMs: 200,
})
client.on('state', ({ state }) => tell({ what: 'state', state }))
client.on('goaway', frame => tell({ what: 'goaway', frame }))

const acts = {
  start: () => client.start(),
  stop: () => client.stop(),
  attach: ({ session, cursor }) => {
    client.detach(session)
    const reading = client.session(session, cursor)
    for (const what of ['attached', 'snapshot', 'event', 'live']) reading.on(what, frame => tell({ what, frame }))
    reading.on('error', ({ code }) => { if (reading.status === 'failed') tell({ what: 'failed', code }) })
  },
  command: ({ number, type, fields }) => client.command(type, fields).then(
    answer => tell({ what: 'answer', number, answer }),
    ({ code }) => tell({ what: 'answer', number, code }),
  ),
}
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  acts[asked.act](asked)
}
process.exit(0)
