/** Libraries for the texts of answers (WebJars, served by Reprise itself). They are loaded behind the page. */
export { Marked } from '/webjars/marked/17.0.1/lib/marked.esm.js'
export { default as DOMPurify } from '/webjars/dompurify/3.3.3/dist/purify.es.mjs'

const HIGHLIGHTER = '/webjars/highlightjs/11.11.1/highlight.min.js'
let highlighter

/** highlight.js comes as a classic script, and only when there is code to highlight. */
export function loadHighlighter() {
  highlighter ??= new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.onload = () => resolve(window.hljs)
    script.onerror = () => reject(new Error('highlight.js did not load'))
    script.src = trustedScript(HIGHLIGHTER)
    document.head.append(script)
  })
  return highlighter
}

function trustedScript(url) {
  if (!window.trustedTypes) return url
  const createScriptURL = asked => {
    if (asked !== HIGHLIGHTER) throw new TypeError(`not a script of ours: ${asked}`)
    return asked
  }
  return window.trustedTypes.createPolicy('reprise', { createScriptURL }).createScriptURL(url)
}
