/**
 * Formulas, `$a*b$`, `\(a\)`, `$$a$$`, `\[a\]`, as marked's extensions: Markdown would take their stars, underscores and
 * backslashes for its own. What is money is none: a dollar before a blank or behind a word, one that is closed before a word,
 * and a number with words behind it.
 */
const INLINE = /^(?:\$\$[^$]{1,1000}?\$\$|\\\([^]{1,1000}?\\\)|\\\[[^]{1,1000}?\\\]|\$(?![\s$])[^$\n]{0,1000}?[^\s$\\]\$(?!\w))/
const BLOCK = /^ {0,3}(?:\$\$\n[^$]{1,4000}?\n *\$\$|\\\[\n[^]{1,4000}?\n *\\\]) *(?:\n+|$)/
const NUMBER_FIRST = /^\$\d/
const ONLY_IN_FORMULAS = /[\\^_={}]/
const WORD = /[a-z]{2}/i

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function inlineFormula(source, before) {
  const raw = INLINE.exec(source)?.[0]
  if (!raw?.startsWith('$') || raw.startsWith('$$')) return raw
  const isMoney = NUMBER_FIRST.test(raw) && !ONLY_IN_FORMULAS.test(raw) && WORD.test(raw)
  return isMoney || /[\w$]$/.test(before) ? undefined : raw
}

export const math = [
  {
    name: 'formula',
    level: 'inline',
    start: source => /\$|\\[([]/.exec(source)?.index,
    tokenizer(source, tokens = []) {
      const raw = inlineFormula(source, tokens.at(-1)?.raw ?? '')
      return raw && { type: 'formula', raw }
    },
    renderer: ({ raw }) => `<code class="language-math">${escaped(raw)}</code>`,
  },
  {
    name: 'formulaBlock',
    level: 'block',
    start: source => /^ {0,3}(?:\$\$|\\\[)\n/m.exec(source)?.index,
    tokenizer(source) {
      const raw = BLOCK.exec(source)?.[0]
      return raw && { type: 'formulaBlock', raw }
    },
    renderer: ({ raw }) => `<pre><code class="language-math">${escaped(raw.trimEnd())}\n</code></pre>`,
  },
]
