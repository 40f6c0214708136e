import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sideBySide } from '../../../webroot/js/words/side-by-side.js'

const lines = text => text.split(' ').map(one => ({ change: { '=': 'same', '-': 'removed', '+': 'added' }[one[0]], text: one.slice(1) }))
const shown = text => sideBySide(lines(text)).map(({ before, after, same }) => `${before ?? ''}${same ? '=' : '|'}${after ?? ''}`).join(' ')

test('what was removed stands beside what came instead', () => {
  assert.equal(shown('=a -b +c =d'), 'a=a b|c d=d')
  assert.equal(shown('-a -b +c =d +e'), 'a|c b| d=d |e')
  assert.equal(shown('+a +b'), '|a |b')
  assert.equal(shown('-a +b -c +d'), 'a|b c|d')
})
