import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileNameOf, namedFile } from '../../../webroot/js/markdown/file-name.js'

for (const [info, file] of [
  ['js title="src/a b.js"', 'src/a b.js'],
  ["js filename='a.js' {1,3}", 'a.js'],
  ['js {file=a.js}', 'a.js'],
  ['python:app/main.py', 'app/main.py'],
  ['js', null],
  ['', null],
]) {
  test(`${JSON.stringify(info)} behind a fence names ${file}`, () => assert.equal(namedFile(info), file))
}

for (const [code, language, named, name] of [
  ['x', 'python', 'src/app.py', 'app.py'],
  ['x', 'js', '../../etc/passwd', 'passwd'],
  ['x', 'js', '..', 'code.js'],
  ['// src/main.rs\nfn main() {}', 'rust', null, 'main.rs'],
  ['<!-- index.html -->\n<p>', 'html', null, 'index.html'],
  ['# not a name.\nx', 'python', null, 'code.py'],
  ['FROM x', 'Dockerfile', null, 'Dockerfile'],
  ['all:', 'makefile', null, 'Makefile'],
  ['x', '', null, 'code.txt'],
  ['x', 'text', null, 'code.txt'],
  ['x', 'c++', null, 'code.cpp'],
  ['x', 'terraform', null, 'code.tf'],
  ['x', 'java', null, 'code.java'],
]) {
  test(`code in ${language || 'no language'}${named ? ` named ${named}` : ''} is kept as ${name}`, () => {
    assert.equal(fileNameOf(code, language, named), name)
  })
}
