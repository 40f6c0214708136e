// An MCP server that reads and writes lines; its first argument says how it behaves.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

const [how = ''] = process.argv.slice(2)
const write = message => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const tools = ['echo', 'die', 'freeze', 'huge', 'environment', 'wait', 'pids'].map(name => ({ name, description: name, inputSchema: { type: 'object' } }))
const cancelled = []

// As npx and uvx do, which outlive their parent.
const child = how === 'child' ? spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }) : null

const text = words => ({ content: [{ type: 'text', text: words }] })

const calls = {
  echo: ({ id, params }) => write({ id, result: text(JSON.stringify(params.arguments)) }),
  die: () => process.kill(process.pid, 'SIGKILL'),
  freeze: () => process.kill(process.pid, 'SIGSTOP'),
  huge: ({ id }) => write({ id, result: text('x'.repeat(16 * 1024 * 1024)) }),
  environment: ({ id }) => write({ id, result: text(Object.keys(process.env).sort().join(' ')) }),
  wait: () => {},
  pids: ({ id }) => write({ id, result: text(`${process.pid} ${child?.pid ?? 0} ${cancelled.join(',')}`) }),
}

const methods = {
  initialize: ({ id }) => write({ id, result: {
    protocolVersion: '2025-11-25', capabilities: { tools: { listChanged: true } }, serverInfo: { name: 'lines', version: '1' },
  } }),
  ping: ({ id }) => write({ id, result: {} }),
  'tools/list': ({ id }) => write({ id, result: { tools } }),
  'tools/call': message => calls[message.params.name](message),
  'notifications/cancelled': ({ params }) => cancelled.push(params.requestId),
  'server/discover': ({ id }) => {
    if (how !== 'silent') write({ id, error: { code: -32601, message: 'Method not found' } })
  },
}

if (how === 'stubborn') process.on('SIGTERM', () => {})
if (how === 'noise') process.stderr.write('x'.repeat(200_000))
process.stdout.write('a line that is no message\n')
const lines = createInterface({ input: process.stdin })
lines.on('line', line => {
  const message = JSON.parse(line)
  methods[message.method]?.(message)
})
if (how === 'stubborn') setInterval(() => {}, 1000)
