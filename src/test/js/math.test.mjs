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
  ['$x$ is', '$x$'],
  ['$2x + 1$', '$2x + 1$'],
  ['$10^{-3}$', '$10^{-3}$'],
  ['$0 < x < 1$', '$0 < x < 1$'],
  ['$5 a month (US$)', undefined],
  ['$HOME:$PATH', undefined],
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

test('a dollar behind a word begins no formula', () => {
  assert.equal(inline.tokenizer('$b and c$', [{ raw: 'US' }]), undefined)
  assert.equal(inline.tokenizer('$b and c$', [{ raw: 'so ' }]).raw, '$b and c$')
})

test('markup inside a formula is text', () => {
  assert.equal(inline.renderer({ raw: '$a<b & c>d$' }), '<code class="language-math">$a&lt;b &amp; c&gt;d$</code>')
})
