/** Kinds of entries of the catalogue, in the order of the pages. */
export const KINDS = ['provider', 'model', 'prompt', 'agent', 'middleware', 'mcp-server']

const WORDS = { 'mcp-server': 'MCP server' }
const WITH_AN = new Set(['agent', 'middleware', 'mcp-server'])

/** The kind in a sentence. */
export const wordOf = kind => WORDS[kind] ?? kind

/** Several at the beginning of a sentence. */
export const titleOf = kind => pluralWords(kind)[0].toUpperCase() + pluralWords(kind).slice(1)

export const oneOf = kind => `${WITH_AN.has(kind) ? 'an' : 'a'} ${wordOf(kind)}`

/** In paths; and of several in a sentence. */
export const plural = kind => kind === 'middleware' ? kind : `${kind}s`
export const pluralWords = kind => kind === 'middleware' ? kind : `${wordOf(kind)}s`

/** The schema of the settings of a kind, among those of all kinds. */
export const schemaOf = (schemas, kind) => schemas[plural(kind).replace(/-(.)/g, (all, letter) => letter.toUpperCase())]
