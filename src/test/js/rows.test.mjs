import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pieces } from '../../../webroot/js/chat/pieces.js'
import { Rows } from '../../../webroot/js/chat/rows.js'
import { grouped, Groups } from '../../../webroot/js/chat/tool-groups.js'
import { emptyView, reduce, withEarlier } from '../../../webroot/js/session-view.js'

const noMarks = new Map()
const versions = { shown: null, marksOf: () => noMarks }

const HOUR = 3_600_000
const DAY = 24 * HOUR
const noon = new Date().setHours(12, 0, 0, 0)

const said = (i, at = noon) => [
  { id: `u${i}`, role: 'user', content: `question ${i}`, metadata: { run: `r${i}`, seq: 4 * i, at: new Date(at).toISOString() } },
  { id: `a${i}`, role: 'assistant', content: `answer ${i}`, metadata: { run: `r${i}`, seq: 4 * i + 2, at: new Date(at).toISOString() } },
]

const viewOf = messages => ({
  ...emptyView, ...reduce(emptyView, { type: 'snapshot', epoch: 'e', seq: 9_000, messages, earlier: true, run: null }),
})

const long = viewOf(Array.from({ length: 1_000 }, (_, i) => said(i + 1_000)).flat())
const decisions = { of: () => ({ mode: null }) }
const appWith = (view, more) => ({
  chat: { view, shown: view, versions, verdict: null, pending: [], revising: false, isBusy: Boolean(view.run) }, decisions, found: null, revising: null, ...more,
})
let seq = 9_000
const after = (view, event, run = 'r9') => reduce(view, { type: 'event', seq: ++seq, run, ts: noon, event })
const started = after(after(after(long, { type: 'RUN_STARTED', runId: 'r9' }),
  { type: 'TEXT_MESSAGE_START', messageId: 'a9', role: 'assistant' }), { type: 'TEXT_MESSAGE_CONTENT', messageId: 'a9', delta: 'one' })
const grown = after(started, { type: 'TEXT_MESSAGE_CONTENT', messageId: 'a9', delta: ' two' })

const fresh = (a, b) => a.filter(row => !new Set(b).has(row)).length

/** Symptom: a word of an answer cost 15 ms in a chat of 2,000 messages. Cause: all its rows were made and passed over for each. */
test('a word of an answer makes one row, in one piece', () => {
  const rows = new Rows()
  const pieces = new Pieces()
  const before = rows.of(appWith(started))
  const piecesBefore = pieces.of(before, { all: true }).pieces
  const next = rows.of(appWith(grown))
  const piecesNext = pieces.of(next, { all: true }).pieces
  assert.equal(next.length, 2_001)
  assert.equal(fresh(next, before), 1)
  assert.equal(fresh(piecesNext, piecesBefore), 1)
  assert.ok(piecesNext.at(-1).rows.length <= 16)
})

test('typing in the message field makes no row', () => {
  const rows = new Rows()
  assert.equal(rows.of(appWith(grown)), rows.of(appWith(grown)))
})

test('the beginning and the end of a run change the rows of that run and of the last before it', () => {
  const rows = new Rows()
  const idle = rows.of(appWith(long))
  const running = rows.of(appWith(grown))
  const ended = rows.of(appWith(after(grown, { type: 'RUN_FINISHED', runId: 'r9' })))
  assert.ok(fresh(running, idle) <= 3, `${fresh(running, idle)} at the beginning`)
  assert.ok(fresh(ended, running) <= 3, `${fresh(ended, running)} at the end`)
})

test('older messages leave the rows and the pieces that are there as they are', () => {
  const rows = new Rows()
  const pieces = new Pieces()
  const before = rows.of(appWith(long))
  const piecesBefore = pieces.of(before, { all: true }).pieces
  const older = withEarlier(long, { messages: Array.from({ length: 50 }, (_, i) => said(i + 900)).flat(), earlier: true })
  const next = rows.of(appWith(older))
  const piecesNext = pieces.of(next).pieces
  assert.equal(fresh(next, before), 100)
  assert.equal(piecesBefore.filter(piece => piecesNext.includes(piece)).length, piecesBefore.length)
})

test('the text that is written in an approval card is read at each rendering', () => {
  const interrupts = [{ id: 'i1', toolCallId: 'c1', metadata: { tool: 'mail', run: 'r1' }, expiresAt: new Date(noon).toISOString() }]
  let mode = null
  const app = appWith({ ...long, interrupts }, { decisions: { of: () => ({ mode }) } })
  const rows = new Rows()
  assert.equal(rows.of(app).at(-1).draft.mode, null)
  mode = 'reject'
  assert.equal(rows.of(app).at(-1).draft.mode, 'reject')
})

test('rows that are kept equal rows that are made from nothing, after any events', () => {
  const seed = Number(process.env.SEED ?? Date.now())
  console.log(`seed ${seed}`)
  let state = seed % 2_147_483_647
  const random = n => (state = state * 48_271 % 2_147_483_647) % n
  const rows = new Rows()
  const groups = new Groups()
  const pieces = new Pieces()
  let view = viewOf(Array.from({ length: 40 }, (_, i) => said(i + 100)).flat())
  let oldest = 100
  let more = {}
  const steps = [
    () => { view = withEarlier(view, { messages: said(--oldest, noon - DAY * random(3)), earlier: true }) },
    () => { view = after(view, { type: 'RUN_STARTED', runId: `n${seq}` }, `n${seq}`) },
    () => { view = after(view, { type: 'TEXT_MESSAGE_START', messageId: `m${seq}`, role: random(2) ? 'user' : 'assistant' }, view.run?.id) },
    () => { view = after(view, { type: 'TEXT_MESSAGE_CONTENT', messageId: view.items.at(-1).id, delta: 'word ' }, view.run?.id) },
    () => { view = after(view, { type: 'TOOL_CALL_START', toolCallId: `c${seq}`, toolCallName: 'time' }, view.run?.id) },
    () => { view = after(view, { type: 'TOOL_CALL_RESULT', toolCallId: view.items.findLast(({ kind }) => kind === 'tool')?.id, content: '1' }, view.run?.id) },
    () => { view = after(view, { type: 'RUN_FINISHED', runId: view.run?.id ?? 'none' }, view.run?.id) },
    () => { more = { found: { message: view.items[random(view.items.length)].id } } },
    () => { more = { revising: { message: view.items[random(view.items.length)].id } } },
    () => { more = {} },
    () => {
      const { id, seq: toSeq } = view.items[random(view.items.length)]
      if (toSeq) view = after(view, { type: 'CUSTOM', name: 'history.rewound', value: { toSeq, lastMessage: id } })
    },
  ]
  for (let i = 0; i < 400 && view.items.length; i++) {
    steps[random(steps.length)]()
    const app = appWith(view, more)
    const where = `step ${i}, seed ${seed}`
    const made = rows.of(app)
    assert.deepEqual(made, new Rows().of(app), where)
    const open = new Set(random(3) ? [] : [view.items.find(({ kind }) => kind === 'tool')?.key])
    const marked = groups.of(made, open, rows.same)
    assert.deepEqual(marked, grouped(made, open), where)
    const { sections, pieces: all } = pieces.of(marked, { same: groups.same, all: true })
    assert.deepEqual(sections.flatMap(section => section.pieces), all, where)
    assert.deepEqual(all.flatMap(piece => piece.rows), marked, where)
    assert.ok(all.every(piece => piece.rows.length <= 16) && sections.every(section => section.pieces.length <= 8), where)
  }
})

/** Symptom: with 2,000 messages the browser looked at 125 pieces for each word of an answer. */
test('a word of an answer changes one section of a few, and those that are added above change none', () => {
  const [rows, pieces] = [new Rows(), new Pieces()]
  const sectionsOf = view => pieces.of(rows.of(appWith(view)), { same: rows.same, all: true }).sections
  const before = sectionsOf(started)
  const next = sectionsOf(grown)
  assert.ok(next.length > 10 && next.length < 25, `${next.length}`)
  assert.equal(fresh(next, before), 1)
  const older = sectionsOf(withEarlier(grown, { messages: Array.from({ length: 50 }, (_, i) => said(i + 900)).flat(), earlier: true }))
  assert.equal(next.filter(section => older.includes(section)).length, next.length)
})

test('of a section only the pieces that are shown are rendered', () => {
  const pieces = new Pieces()
  const rows = new Rows().of(appWith(long))
  const { sections, pieces: all, from } = pieces.of(rows)
  assert.deepEqual(sections.flatMap(section => section.pieces), all.slice(from))
})

test('a day is named where it begins, but not the day of a chat that is all of today', () => {
  const begins = view => new Rows().of(appWith(view)).map(row => row.begins)
  const none = undefined
  assert.deepEqual(begins(viewOf(said(1))), [none, none])
  assert.deepEqual(begins(viewOf([...said(1, noon - DAY), ...said(2)])), ['Yesterday', none, 'Today', none])
  assert.deepEqual(begins(viewOf([...said(1, noon), ...said(2, noon - DAY)])), [none, none, none, none], 'clocks that differ')
})

/** Symptom: no `Today` above an answer in a tab that came while it was written. Cause: of what is open no time is told. */
test('the day is named also above what was being written when the tab came', () => {
  const run = { id: 'r3', startedAt: new Date(noon).toISOString(), open: [{ messageId: 'a3', role: 'assistant', text: 'one' }], toolCalls: [] }
  const messages = said(1, noon - DAY)
  const view = { ...emptyView, ...reduce(emptyView, { type: 'snapshot', epoch: 'e', seq: 9_000, messages, earlier: true, run }) }
  assert.deepEqual(new Rows().of(appWith(view)).map(row => row.begins), ['Yesterday', undefined, 'Today'])
  const called = { ...run, open: [], toolCalls: [{ id: 'c1', name: 'time', arguments: '{}' }] }
  const waiting = { ...emptyView, ...reduce(emptyView, { type: 'snapshot', epoch: 'e', seq: 9_000, messages, earlier: true, run: called }) }
  assert.deepEqual(new Rows().of(appWith(waiting)).map(row => row.begins), ['Yesterday', undefined, 'Today'])
})

test('a long chat is shown from its end, a piece more each time', () => {
  const pieces = new Pieces()
  const rows = new Rows().of(appWith(long))
  const first = pieces.of(rows)
  assert.deepEqual([first.from, first.to], [first.pieces.length - 2, first.pieces.length])
  assert.equal(pieces.of(rows).from, first.from - 1)
  let times = 0
  while (pieces.of(rows).from > 0) assert.ok(++times < first.pieces.length)
})

test('no more of it is shown as long as it is not to grow', () => {
  const pieces = new Pieces()
  const rows = new Rows().of(appWith(long))
  const first = pieces.of(rows, { grow: false })
  const second = pieces.of(rows, { grow: false })
  assert.deepEqual([second.from, second.to], [first.from, first.to])
  assert.equal(pieces.of(rows).from, first.from - 1)
})

test('a long chat is shown from around a message, and grows in both directions', () => {
  const pieces = new Pieces()
  const rows = new Rows().of(appWith(long))
  const around = 'text:a1500'
  const first = pieces.of(rows, { around })
  const shown = first.pieces.slice(first.from, first.to)
  assert.equal(shown.length, 3)
  assert.ok(shown[1].rows.some(row => row.item.key === around))
  const next = pieces.of(rows, { around })
  assert.deepEqual([next.from, next.to], [first.from - 1, first.to + 1])
  const elsewhere = pieces.of(rows, { around: 'text:a1001' })
  assert.equal(elsewhere.from, 0)
  assert.equal(elsewhere.to, 2)
  const all = pieces.of(rows, { all: true })
  assert.deepEqual([all.from, all.to], [0, all.pieces.length])
})

test('a piece has a limited number of rows and characters', () => {
  const { pieces } = new Pieces().of(new Rows().of(appWith(viewOf(Array.from({ length: 30 }, (_, i) => ({
    ...said(i)[1], content: 'x'.repeat(5_000),
  }))))), { all: true })
  assert.ok(pieces.every(piece => piece.rows.length <= 3), pieces.map(piece => piece.rows.length).join())
  assert.equal(pieces.flatMap(piece => piece.rows).length, 30)
})
