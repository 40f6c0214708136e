import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readArguments } from '../../../webroot/js/chat/arguments.js'
import { argumentRows, brief, pretty } from '../../../webroot/js/chat/json.js'

test('arguments are shown by name, texts as they are and the rest as JSON', () => {
  const text = '{"to":"ann","body":"one\\ntwo","cc":["bob"],"n":1,"none":null}'
  assert.deepEqual(argumentRows(text), [['to', 'ann'], ['body', 'one\ntwo'], ['cc', '[\n  "bob"\n]'], ['n', '1'], ['none', 'null']])
  assert.equal(brief(text), 'to: ann, body: one two, cc: [ "bob" ], n: 1, none: null')
  assert.equal(argumentRows('[1]'), null)
  assert.equal(brief('half an {'), 'half an {')
})

test('numbers that JavaScript would round are shown and sent as they are written', { skip: !JSON.rawJSON }, () => {
  const text = '{"id":12345678901234567890,"deep":{"x":1.10}}'
  assert.equal(JSON.stringify(readArguments(text).value), text)
  assert.match(pretty(text), /12345678901234567890/)
  assert.deepEqual(argumentRows(text)[0], ['id', '12345678901234567890'])
})

test('text that is not JSON is refused with the position of the error', () => {
  assert.equal(readArguments('{\n"a": 1,\n}').error, 'This is not JSON yet: look at line 3.')
  for (const open of ['{"a": 1', '{"a": "x', '', '{"a": [1,']) assert.match(readArguments(open).error, /ends too early/, open)
  for (const other of ['[1]', '"a"', '1', 'null', '12345678901234567890']) {
    assert.match(readArguments(other).error, /one JSON object/, other)
  }
  assert.deepEqual(readArguments('{"a": 1}'), { value: { a: 1 } })
})

test('text that is not JSON is shown unchanged', () => {
  assert.equal(pretty('slept'), 'slept')
  assert.equal(pretty('{"a":1}'), '{\n  "a": 1\n}')
})
