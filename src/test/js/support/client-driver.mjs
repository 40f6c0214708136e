// Drives the JavaScript client for io.reprise.client.NodeDriver: reads one JSON object per line from standard input and
// writes what the client tells, one per line. Arguments: address of the socket, tokens (the
// first one, then the next one each time it is renewed), path of the package `ws`, without which Node must have a WebSocket.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { Client } from '../../../../webroot/js/client.js'

const [url, given, ws] = process.argv.slice(2)
const tokens = given.split(',')
const endOf = token => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).exp * 1_000
const tell = value => console.log(JSON.stringify(value))
const token = ({ renew }) => {
  if (renew) tell({ what: 'renewed' })
  if (renew && tokens.length > 1) tokens.shift()
  return { token: tokens[0], expiresAt: endOf(tokens[0]) }
}
const client = new Client({
  url, token, ...(ws && { WebSocket: createRequire(import.meta.url)(ws) }), backoffMinMs: 50, backoffMaxMs: 200,
})
client.on('state', ({ state }) => tell({ what: 'state', state }))
client.on('goaway', frame => tell({ what: 'goaway', frame }))

const answered = (number, asked) => asked.then(
  answer => tell({ what: 'answer', number, answer }),
  ({ code }) => tell({ what: 'answer', number, code }),
)

const acts = {
  start: () => client.start(),
  stop: () => client.stop(),
  attach: ({ session, cursor }) => {
    client.detach(session)
    const reading = client.session(session, cursor)
    for (const what of ['attached', 'snapshot', 'event', 'live']) reading.on(what, frame => tell({ what, frame }))
    reading.on('error', ({ code }) => { if (reading.status === 'failed') tell({ what: 'failed', code }) })
  },
  command: ({ number, type, fields }) => answered(number, client.command(type, fields)),
  fork: ({ number, session, fields }) => answered(number, client.fork(session, fields)),
  upload: ({ number, session, name, mediaType, content }) =>
    answered(number, client.upload(session, new File([content], name, { type: mediaType }))),
}
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  acts[asked.act](asked)
}
process.exit(0)
