/** JSON as people read and write it: arguments and results of tools. */

/** Numbers that JavaScript would round are kept as they are written, where the browser can: what is shown is what is meant. */
const exact = (key, value, context) =>
  typeof value === 'number' && JSON.rawJSON && context?.source !== undefined && String(value) !== context.source
    ? JSON.rawJSON(context.source) : value

export const exactly = text => JSON.parse(text, exact)

export const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value) && !JSON.isRawJSON?.(value)

const shown = value => typeof value === 'string' ? value : JSON.stringify(value, null, 2)

/** Indented, or as it is where it is no JSON. */
export function pretty(text) {
  try {
    return JSON.stringify(exactly(text), null, 2)
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
  try {
    const value = exactly(text)
    return isObject(value) ? Object.entries(value).map(([name, it]) => [name, shown(it)]) : null
  } catch {
    return null
  }
}
