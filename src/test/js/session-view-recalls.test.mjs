import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyView, reduce } from '../../../webroot/js/session-view.js'

const updated = (seq, value) => ({
  type: 'event', session: 's', seq, ts: 1000 + seq, event: { type: 'CUSTOM', name: 'recall.updated', value },
})
const stretch = { recall: 'r1', kind: 'once', text: 'stretch', triggerAt: '2026-03-01T09:00:00Z' }
const fold = (frames, view = emptyView) => frames.reduce(reduce, view)

test('a pending reminder is shown with its words until it has spoken', () => {
  const scheduled = fold([updated(1, { ...stretch, status: 'pending', action: 'scheduled' })])
  assert.deepEqual(scheduled.recalls, [{ ...stretch, status: 'pending' }])
  const running = fold([updated(2, { ...stretch, status: 'running', action: 'started', run: 'x' })], scheduled)
  assert.deepEqual(running.recalls, [])
  const fired = fold([updated(3, { ...stretch, status: 'fired', action: 'fired' })], running)
  assert.deepEqual(fired.recalls, [])
})

test('one that comes again is shown once, with its next time', () => {
  const daily = { ...stretch, kind: 'cron' }
  const next = '2026-03-02T09:00:00Z'
  const view = fold([
    updated(1, { ...daily, status: 'pending', action: 'scheduled' }),
    updated(2, { ...daily, status: 'running', action: 'started' }),
    updated(3, { ...daily, triggerAt: next, status: 'pending', action: 'rescheduled' }),
    updated(4, { ...daily, triggerAt: next, status: 'pending', action: 'deferred', reason: 'busy' }),
  ])
  assert.deepEqual(view.recalls.map(({ recall, triggerAt }) => [recall, triggerAt]), [['r1', next]])
})

test('events on the way to the head end at what the verdict named', () => {
  const attached = { type: 'attached', session: 's', epoch: 'e', head: 3, mode: 'replay', recalls: [] }
  const view = fold([
    attached,
    updated(1, { ...stretch, status: 'pending', action: 'scheduled' }),
    updated(2, { ...stretch, status: 'cancelled', action: 'cancelled' }),
  ])
  assert.deepEqual(view.recalls, [])
})

test('a paused one is shown as such, and no longer when it goes on', () => {
  const paused = fold([
    updated(1, { ...stretch, status: 'pending', action: 'scheduled' }),
    updated(2, { ...stretch, status: 'paused', pause: 'chain', action: 'paused', reason: 'chain' }),
  ])
  assert.deepEqual(paused.recalls, [{ ...stretch, status: 'paused', pause: 'chain' }])
  const resumed = fold([updated(3, { ...stretch, status: 'pending', action: 'resumed' })], paused)
  assert.deepEqual(resumed.recalls, [{ ...stretch, status: 'pending' }])
})
