import { trustedScript, trustScripts } from '../browser/trusted-script.js'
import { fileOf } from './languages.js'

/** Libraries for the texts of answers (WebJars, served by Reprise itself). They are loaded behind the page. */
export { Marked } from '/webjars/marked/17.0.1/lib/marked.esm.js'
export { default as DOMPurify } from '/webjars/dompurify/3.3.3/dist/purify.es.mjs'

// Classic scripts, and only when there is something for them. The build of the page serves the first two compressed.
const HIGHLIGHTER = '/webjars/highlightjs/11.11.1/highlight.min.js'
const FORMULAS = '/webjars/katex/0.16.44/dist/katex.min.js'
const LANGUAGES = '/webjars/highlightjs/11.11.1/languages'

const scripts = new Map()

const AGAIN_MS = 10_000

/** Resolves when that script has run; one that did not load is asked for again after a while. */
function load(url) {
  if (!scripts.has(url)) {
    scripts.set(url, new Promise((resolve, reject) => {
      const script = document.createElement('script')
      script.onload = resolve
      script.onerror = () => {
        setTimeout(() => scripts.delete(url), AGAIN_MS)
        script.remove()
        reject(new Error(`${url} did not load`))
      }
      script.src = trustedScript(url)
      document.head.append(script)
    }))
  }
  return scripts.get(url)
}

trustScripts(url => {
  const language = url.startsWith(LANGUAGES) && /^\/([\w-]+)\.min\.js$/.exec(url.slice(LANGUAGES.length))?.[1]
  return url === HIGHLIGHTER || url === FORMULAS || (language && fileOf(language) === language)
})

/** highlight.js if it can colour that language now, else null. */
export const highlighterOf = language => window.hljs?.getLanguage(language) ? window.hljs : null

/** Resolves when highlight.js can colour that language, or is known not to. `grammars`: our own, by name. */
export async function loadHighlighter(language, grammars) {
  await load(HIGHLIGHTER)
  if (highlighterOf(language)) return
  const own = grammars[language]
  const file = fileOf(language)
  if (own) window.hljs.registerLanguage(language, own)
  else if (file) await load(`${LANGUAGES}/${file}.min.js`)
}

/** KaTeX if it is here, else null. */
export const formulaWriter = () => window.katex ?? null

export const loadFormulaWriter = () => load(FORMULAS)
