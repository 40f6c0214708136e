import assert from 'node:assert/strict'
import { test } from 'node:test'
import { letter } from '../../../webroot/js/markdown/letters.js'

for (const [char, alphabet, wanted] of [
  ['R', 'double-struck', 'ℝ'],
  ['A', 'double-struck', '𝔸'],
  ['1', 'double-struck', '𝟙'],
  ['L', 'script', 'ℒ'],
  ['a', 'bold', '𝐚'],
  ['h', 'italic', 'ℎ'],
  ['z', 'fraktur', '𝔷'],
  ['9', 'monospace', '𝟿'],
  ['3', 'fraktur', '3'],
  ['+', 'bold', '+'],
  ['x', 'unknown', 'x'],
]) {
  test(`${char} in ${alphabet} is ${wanted}`, () => assert.equal(letter(char, alphabet), wanted))
}
