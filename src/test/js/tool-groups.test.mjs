import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grouped, Groups, lastingOf } from '../../../webroot/js/chat/tool-groups.js'

const call = (id, at, end, more = {}) => ({
  key: `tool:${id}`, kind: 'tool', name: `t${id}`, at, state: 'done', result: { at: end }, ...more,
})
const rowsOf = (...items) => items.map((item, i) => ({ item, last: i === items.length - 1 }))
const text = { key: 'text:1', kind: 'text' }
const NONE = new Set()
const groupsIn = rows => grouped(rows, NONE).map(({ group }) => group)

test('finished calls before something else become one line with the time that they took together', () => {
  const [first, second, last] = grouped(rowsOf(call(1, 0, 1_000), call(2, 500, 1_500), text), NONE)

  assert.deepEqual([first.group, second.group, last.group], ['folded', 'folded', undefined])
  assert.equal(first.head, '2 calls, 1.5 s')
  assert.equal(first.names, 't1, t2')
  assert.equal(second.head, undefined)
})

test('calls that may go on, wait for somebody or were decided stay as they are', () => {
  const open = [{ item: call(1, 0, 1) }, { item: call(2, 0, 1) }]
  assert.deepEqual(groupsIn(open), [undefined, undefined])
  assert.deepEqual(groupsIn(rowsOf(call(1, 0, 1), call(2, 0, 1, { state: 'running', result: null }), text)), [undefined, undefined, undefined])
  assert.deepEqual(groupsIn(rowsOf(call(1, 0, 1), call(2, 0, 1, { decision: { decision: 'approve' } }), text)), [undefined, undefined, undefined])
  assert.deepEqual(groupsIn(rowsOf(call(1, 0, 1), text)), [undefined, undefined])
})

test('a group is unfolded by the key of its first call', () => {
  const rows = grouped(rowsOf(call(1, 0, 1), call(2, 0, 1), text), new Set(['tool:1']))
  assert.deepEqual(rows.map(({ group }) => group), ['open', 'open', undefined])
})

test('a group names the number of failed calls, and no duration if it is unknown', () => {
  const [{ head }] = grouped(rowsOf(call(1, null, 1), call(2, 0, 1, { state: 'failed' }), text), NONE)
  assert.equal(head, '2 calls, 1 failed')
})

test('the time of a person\'s decision does not count as the duration of a call', () => {
  assert.equal(lastingOf(call(1, 100, 350)), 250)
  assert.equal(lastingOf(call(1, 100, 350, { decision: { decision: 'approve' } })), undefined)
  assert.equal(lastingOf(call(1, null, 350)), undefined)
})

test('rows of groups stay the same objects as long as nothing changed, so that they are not rendered again', () => {
  const groups = new Groups()
  const rows = rowsOf(call(1, 0, 1), call(2, 0, 1), text)
  const first = groups.of(rows, NONE)
  assert.equal(groups.of(rows, NONE), first)

  const grown = groups.of([...rows.slice(0, 2), { item: { ...text, text: 'more' }, last: true }], NONE)
  assert.equal(grown[0], first[0])
  assert.equal(grown[1], first[1])

  const opened = groups.of(rows, new Set(['tool:1']))
  assert.deepEqual(opened.map(({ group }) => group), ['open', 'open', undefined])
})
