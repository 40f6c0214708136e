import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressIn, headingName } from '../../../webroot/js/documents/links.js'

for (const [name, href, address] of [
  ['page', 'recalls.md', '/#/docs/recalls'],
  ['page', 'protocol.md#commands', '/#/docs/protocol#commands'],
  ['page', 'decisions/0023-the-page.md', '/#/docs/decisions/0023-the-page'],
  ['decisions/0023-the-page', '0004-a.md', '/#/docs/decisions/0004-a'],
  ['decisions/0023-the-page', '../page.md', '/#/docs/page'],
  ['page', 'decisions/', '/#/docs'],
  ['page', '#look', '/#/docs/page#look'],
  ['architecture', 'img/rooms.svg', '/docs/img/rooms.svg'],
  ['page', '/openapi.yaml', '/openapi.yaml'],
  ['configuration', '../../conf/reprise.yaml', ''],
  ['page', 'https://example.org/a.md', 'https://example.org/a.md'],
  ['page', '//example.org/a.md', '//example.org/a.md'],
]) {
  test(`${href} in ${name} leads to ${address || 'nothing'}`, () => assert.equal(addressIn(name, href), address))
}

test('headings are named as GitHub names them', () => {
  const names = new Map()
  assert.equal(headingName('2.2 What it says: `a`, b', names), '22-what-it-says-a-b')
  assert.equal(headingName('Look', names), 'look')
  assert.equal(headingName('Look', names), 'look-1')
})
