import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainText } from '../../../webroot/js/words/plain-text.js'

test('Markdown syntax is removed, and text that only looks like it stays', () => {
  const pairs = {
    'first **bold** and `code`': 'first bold and code',
    '# A title': 'A title',
    '- one\n- [x] two': 'one\ntwo',
    '> quoted *words*': 'quoted words',
    'a [link](https://example.org "t") here': 'a link here',
    'a ~~wrong~~ _right_ snake_case_name': 'a wrong right snake_case_name',
    '2 * 3 * 4 and 5 ** 2': '2 * 3 * 4 and 5 ** 2',
    'cut off **demo mod': 'cut off demo mod',
    '```js\nlet a\n```': '\nlet a\n',
  }
  for (const [written, plain] of Object.entries(pairs)) assert.equal(plainText(written), plain)
})
