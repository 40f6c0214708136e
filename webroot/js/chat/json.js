/** JSON as people read and write it: arguments and results of tools. */

/** Numbers that JavaScript would round are kept as they are written, where the browser can: what is shown is what is meant. */
const exact = (key, value, context) =>
  typeof value === 'number' && JSON.rawJSON && context?.source !== undefined && String(value) !== context.source
    ? JSON.rawJSON(context.source) : value

const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value) && !JSON.isRawJSON?.(value)

const shown = value => typeof value === 'string' ? value : JSON.stringify(value, null, 2)

/** Indented, or as it is where it is no JSON. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text, exact), null, 2)
  } catch {
    return text
  }
}

/** The arguments in one line. */
export function brief(text) {
  const rows = argumentRows(text)
  if (!rows) return text.replace(/\s+/g, ' ')
  return rows.map(([name, value]) => `${name}: ${value.replace(/\s+/g, ' ')}`).join(', ')
}

/** [name, value] of each argument, texts as they are; null where it is no object. */
export function argumentRows(text) {
  const { value } = readArguments(text)
  return value ? Object.entries(value).map(([name, it]) => [name, shown(it)]) : null
}

/** `value`: the object that somebody wrote, or `error`: in words why it is none. */
export function readArguments(text) {
  try {
    const value = JSON.parse(text, exact)
    return isObject(value) ? { value } : { error: 'Arguments are one JSON object: { "name": "value" }.' }
  } catch ({ message }) {
    return { error: `This is not JSON yet: ${placeOf(message, text)}.` }
  }
}

/** Browsers name the place differently, or, at the end, not at all. */
function placeOf(message, text) {
  const line = /line (\d+)/.exec(message)?.[1]
  const position = /position (\d+)/.exec(message)?.[1]
  if (/end of (JSON input|data)|Unterminated|EOF/i.test(message) || Number(position) >= text.trimEnd().length) {
    return 'it ends too early, perhaps a bracket or a quote is missing'
  }
  return line || position ? `look at line ${line ?? text.slice(0, position).split('\n').length}` : 'look at its commas and quotes'
}
