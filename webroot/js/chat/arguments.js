import { exactly, isObject } from './json.js'

/** `value`: the object that somebody wrote, or `error`: in words why it is none. */
export function readArguments(text) {
  try {
    const value = exactly(text)
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
