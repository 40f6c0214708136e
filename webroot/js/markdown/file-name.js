/** Under which name the code of an answer is kept as a file. */

const ENDINGS = {
  actionscript: 'as', ada: 'adb', apache: 'conf', arduino: 'ino', asciidoc: 'adoc', bash: 'sh', batch: 'bat', clojure: 'clj', coffeescript: 'coffee',
  console: 'sh', 'c++': 'cpp', 'c#': 'cs', 'f#': 'fs', crystal: 'cr', csharp: 'cs', delphi: 'pas', dos: 'bat', elixir: 'ex', erlang: 'erl', fortran: 'f90',
  fsharp: 'fs', golang: 'go', handlebars: 'hbs', haskell: 'hs', hcl: 'tf', javascript: 'js', julia: 'jl', kotlin: 'kt', latex: 'tex',
  markdown: 'md', mathematica: 'wl', matlab: 'm', mermaid: 'mmd', mjs: 'mjs', nginx: 'conf', objectivec: 'm', ocaml: 'ml', perl: 'pl',
  pgsql: 'sql', postgresql: 'sql', powershell: 'ps1', prolog: 'pl', protobuf: 'proto', python: 'py', racket: 'rkt', ruby: 'rb', rust: 'rs',
  scheme: 'scm', shell: 'sh', smalltalk: 'st', stylus: 'styl', terraform: 'tf', typescript: 'ts', vbnet: 'vb', verilog: 'v', vim: 'vim',
  wasm: 'wat', x86asm: 'asm', yml: 'yaml', zsh: 'sh',
}
const WHOLE = { cmake: 'CMakeLists.txt', containerfile: 'Containerfile', docker: 'Dockerfile', dockerfile: 'Dockerfile', make: 'Makefile', makefile: 'Makefile' }
const NO_ENDING = new Set(['', 'math', 'output', 'plain', 'plaintext', 'text'])

const NAMED = /(?:^|[\s{,])(?:title|file|filename)\s*[=:]\s*(?:"([^"]+)"|'([^']+)'|([^\s"'},]+))/i
const BEHIND_COLON = /^[\w+#.-]+:([^\s:"]+\.\w+)/
const FIRST_LINE = /^\s*(?:\/\/|#|--|;|%|<!--|\/\*|")\s*(?:file(?:name)?:\s*)?([\w@./-]*[\w-]\.\w{1,8})\s*(?:-->|\*\/)?\s*$/i
const NAME_CHARS_MAX = 80

/** What stands behind the fence names it: `title="a.js"`, `file=a.js`, `js:a.js`; null if that does not. */
export function namedFile(info) {
  const [, double, single, bare] = NAMED.exec(info) ?? []
  return double ?? single ?? bare ?? BEHIND_COLON.exec(info)?.[1] ?? null
}

/** `named`: see above, may be null. Else the first line may be a comment with a name, else it is called by its language. */
export function fileNameOf(code, language, named) {
  const [line] = code.split('\n', 1)
  const path = named ?? FIRST_LINE.exec(line.slice(0, 200))?.[1]
  const name = path?.replaceAll('\\', '/').split('/').at(-1).replace(/[^\p{L}\p{N}._ @+-]+/gu, '-').replace(/^\.+$/, '').slice(-NAME_CHARS_MAX)
  const small = language.toLowerCase()
  return name || WHOLE[small] || `code.${NO_ENDING.has(small) ? 'txt' : ENDINGS[small] ?? (/^\w{1,10}$/.test(small) ? small : 'txt')}`
}
