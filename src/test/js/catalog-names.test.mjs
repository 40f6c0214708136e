import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namedBy, namesOfTools, withName } from '../../../webroot/js/components/pages/catalog-names.js'

test('a name is added behind those that are there, and only once', () => {
  assert.equal(withName('', 'time'), 'time')
  assert.equal(withName(' time \n\nsleep', 'mail'), 'time\nsleep\nmail')
  assert.equal(withName('time\nsleep', 'time'), 'time\nsleep')
})

test('a name takes the place of the star that stands for all', () => {
  assert.equal(withName('*', 'time'), 'time')
  assert.equal(withName('order_*', 'time'), 'order_*\ntime')
})

test('an agent chooses among tools of the server, and among all where tools of MCP servers count, too', () => {
  const tools = [
    { name: 'time', source: 'builtin', used: true },
    { name: 'order', source: 'declared', used: true },
    { name: 'broken', source: 'declared', used: false },
    { name: 'weather_now', source: 'mcp', server: 'weather', used: true },
  ]
  const names = namesOfTools(tools)
  assert.deepEqual(names[namedBy('agent', 'tools')], ['time', 'order'])
  assert.deepEqual(names[namedBy('agent', 'approvals')], ['time', 'order', 'weather_now'])
  assert.equal(namedBy('agent', 'mcpServers'), 'mcp-server')
  assert.equal(namedBy('agent', 'title'), undefined)
})
