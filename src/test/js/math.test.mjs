import assert from 'node:assert/strict'
import { test } from 'node:test'
import { math } from '../../../webroot/js/markdown/math.js'

const [inline, block] = math
const found = (kind, source) => kind.tokenizer(source)?.raw

for (const [source, formula] of [
  ['$a*b*c$ and more', '$a*b*c$'],
  ['$$x_1$$', '$$x_1$$'],
  ['\\(a_{i} * b\\), so', '\\(a_{i} * b\\)'],
  ['\\[ x \\] ', '\\[ x \\]'],
  ['$5 and $6', undefined],
  ['$ a$', undefined],
  ['$5-$x', undefined],
  ['$a or b', undefined],
  ['$x$5', undefined],
  ['$a\nb$', undefined],
]) {
  test(`${JSON.stringify(source)} begins with ${formula ? 'a formula' : 'no formula'}`, () => {
    assert.equal(found(inline, source), formula)
  })
}

test('a formula in lines of its own is a block, once it is closed', () => {
  assert.equal(found(block, '$$\na\n= b\n$$\n\nText'), '$$\na\n= b\n$$\n\n')
  assert.equal(found(block, '\\[\na\n\\]'), '\\[\na\n\\]')
  assert.equal(found(block, '$$\na\n= b'), undefined)
})

test('what a formula contains is text', () => {
  assert.equal(inline.renderer({ raw: '$a<b & c>d$' }), '<code>$a&lt;b &amp; c&gt;d$</code>')
})
