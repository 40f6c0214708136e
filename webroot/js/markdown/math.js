/**
 * Formulas, `$a*b$`, `\(a\)`, `$$a$$`, `\[a\]`: shown as they are written, since Markdown would take their stars, underscores
 * and backslashes for its own. A dollar before a number or a blank is money.
 */
const INLINE = /^(?:\$\$[^$]{1,1000}?\$\$|\\\([^]{1,1000}?\\\)|\\\[[^]{1,1000}?\\\]|\$(?![\s\d$])[^$\n]{0,1000}?[^\s$\\]\$(?!\d))/
const BLOCK = /^ {0,3}(?:\$\$\n[^$]{1,4000}?\n *\$\$|\\\[\n[^]{1,4000}?\n *\\\]) *(?:\n+|$)/

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const math = [
  {
    name: 'formula',
    level: 'inline',
    start: source => /\$|\\[([]/.exec(source)?.index,
    tokenizer(source) {
      const raw = INLINE.exec(source)?.[0]
      return raw && { type: 'formula', raw }
    },
    renderer: ({ raw }) => `<code>${escaped(raw)}</code>`,
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
