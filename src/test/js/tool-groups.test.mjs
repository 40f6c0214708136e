import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grouped, Groups, heldKey } from '../../../webroot/js/chat/tool-groups.js'
import { groupWords, lastingOf, namesOf } from '../../../webroot/js/chat/tool-times.js'

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
  assert.equal(groupWords(first.calls), '2 tools used, 1.5 s')
  assert.equal(namesOf(first.calls), 't1, t2')
  assert.equal(second.calls, undefined)
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
  const [{ calls }] = grouped(rowsOf(call(1, null, 1), call(2, 0, 1, { state: 'failed' }), text), NONE)
  assert.equal(groupWords(calls), '2 tools used, 1 failed')
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

test('a failed call, and one that is read, stay in sight in a folded group', () => {
  const rows = rowsOf(call(1, 0, 1), call(2, 0, 1, { state: 'failed' }), call(3, 0, 1), text)
  assert.deepEqual(groupsIn(rows), ['folded', 'kept', 'folded', undefined])
  const held = grouped(rows, new Set([heldKey('tool:3')]))
  assert.deepEqual(held.map(({ group }) => group), ['folded', 'kept', 'kept', undefined])
})

test('while a run goes on its older calls are in a group, and never fewer rows are shown than before', () => {
  for (const batch of [1, 4]) {
    let [most, groups] = [0, 0]
    const made = new Groups()
    let rows = []
    const show = items => {
      const old = rows
      rows = items.map((item, i) => old[i]?.item === item ? old[i] : { item, last: false })
      let same = 0
      while (same < old.length && old[same] === rows[same]) same++
      const marked = made.of(rows, NONE, same)
      const shown = marked.filter(({ group }) => group !== 'folded').length + marked.filter(({ calls }) => calls).length
      assert.ok(shown >= most, `${shown} rows after ${most}, with ${items.length} calls`)
      most = shown
      groups = marked.filter(({ calls }) => calls).length
    }
    let items = []
    for (let id = 0; id < 60; id++) {
      const parent = `m${Math.floor(id / batch)}`
      items = [...items, call(id, id, null, { state: 'running', result: null, parent })]
      show(items)
      if ((id + 1) % batch) continue
      for (let done = id + 1 - batch; done <= id; done++) {
        items = items.with(done, call(done, done, done + 1, { parent }))
        show(items)
      }
    }
    assert.equal(groups, 1)
    assert.ok(most <= 1 + Math.max(3, batch), `${most} rows`)
  }
})

test('what the log says between calls is in their group, and what it says before or behind them is not', () => {
  const note = id => ({ key: `note:${id}`, kind: 'note' })
  const rows = rowsOf(note(1), call(1, 0, 1), note(2), call(2, 0, 1), note(3), text)
  assert.deepEqual(groupsIn(rows), [undefined, 'folded', 'folded', 'folded', undefined, undefined])
  assert.equal(grouped(rows, NONE)[1].calls.length, 2)
})
