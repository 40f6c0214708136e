import { insteadOf } from './images.js'
import { DOMPurify } from './lib.js'

const TAGS = ['a', 'abbr', 'b', 'blockquote', 'br', 'code', 'del', 'details', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'i',
  'img', 'input', 'ins', 'kbd', 'li', 'mark', 'ol', 'p', 'pre', 's', 'span', 'strong', 'sub', 'summary', 'sup', 'table', 'tbody',
  'td', 'th', 'thead', 'tr', 'u', 'ul']
const ATTRIBUTES = ['align', 'alt', 'checked', 'class', 'colspan', 'href', 'open', 'rowspan', 'src', 'start', 'title', 'type']
const NO_ADDRESSES = ['align', 'checked', 'colspan', 'open', 'rowspan', 'start', 'type'] // or DOMPurify checks them
const ADDRESSES = /^(?:https?:|mailto:|tel:|\/(?![/\\]))/i

DOMPurify.addHook('afterSanitizeAttributes', node => {
  if (node.hasAttribute('class') && !isCodeClass(node)) node.removeAttribute('class')
  if (node.localName === 'a') {
    node.setAttribute('target', '_blank')
    node.setAttribute('rel', 'noopener noreferrer')
  }
  if (node.localName === 'input') {
    node.setAttribute('type', 'checkbox')
    node.setAttribute('disabled', '')
    node.setAttribute('aria-label', node.hasAttribute('checked') ? 'done' : 'not done')
  }
  if (node.localName === 'img' && !isOurs(node.getAttribute('src'))) {
    node.setAttribute('data-remote', node.getAttribute('src') ?? '')
    node.removeAttribute('src')
  }
})

// One object for all calls: DOMPurify reads its options again only when they are another object.
const OPTIONS = {
  ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ATTRIBUTES, ALLOWED_URI_REGEXP: ADDRESSES, ADD_URI_SAFE_ATTR: NO_ADDRESSES,
  ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true,
}

/** What KaTeX writes: elements of MathML and how they look. */
const FORMULA_OPTIONS = {
  ALLOWED_TAGS: ['math', 'semantics', 'annotation', 'span', 'menclose', 'mfrac', 'mi', 'mn', 'mo', 'mover', 'mpadded', 'mphantom',
    'mroot', 'mrow', 'ms', 'mspace', 'msqrt', 'mstyle', 'msub', 'msubsup', 'msup', 'mtable', 'mtd', 'mtext', 'mtr', 'munder',
    'munderover', '#text'],
  ALLOWED_ATTR: ['accent', 'accentunder', 'columnalign', 'columnlines', 'columnspacing', 'depth', 'display', 'displaystyle', 'fence',
    'height', 'largeop', 'linebreak', 'linethickness', 'lspace', 'mathbackground', 'mathcolor', 'mathsize', 'mathvariant', 'maxsize',
    'minsize', 'movablelimits', 'notation', 'rowlines', 'rowspacing', 'rspace', 'scriptlevel', 'separator', 'stretchy', 'voffset',
    'width', 'xmlns'],
  ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false, RETURN_DOM_FRAGMENT: true,
}

/** HTML of an answer as nodes that cannot run, style, post or fetch anything. */
export function sanitised(html) {
  const fragment = DOMPurify.sanitize(html, OPTIONS)
  fragment.querySelectorAll('a:not([href])').forEach(link => link.replaceWith(...link.childNodes)) // it led nowhere
  fragment.querySelectorAll('img[data-remote]').forEach(image => image.replaceWith(instead(image)))
  return fragment
}

/** The `<math>` in what KaTeX wrote. */
export function sanitisedFormula(html) {
  const math = DOMPurify.sanitize(html, FORMULA_OPTIONS).querySelector('math')
  math.querySelectorAll('annotation').forEach(source => source.remove())
  return math
}

const isCodeClass = node => node.localName === 'code' && /^language-[\w+#.-]+$/.test(node.className)
  || node.localName === 'span' && /^(hljs-|language-)/.test(node.className)

/** A remote image would tell its host who reads this and when; the reader decides. */
function instead(image) {
  const address = image.dataset.remote
  const words = image.alt || address || 'image'
  return address ? insteadOf(address, words, image.ownerDocument) : words
}

function isOurs(source) {
  if (!source) return false
  if (/^data:image\//i.test(source)) return true
  try {
    return new URL(source, location.href).origin === location.origin
  } catch {
    return false
  }
}
