/** What a message says: a text, or a list of parts. What is no text is shown in words until this page knows its type. */

const isText = part => part?.type === 'text'
const isFile = part => (part?.type === 'image' || part?.type === 'file') && typeof part.attachment === 'string' && typeof part.name === 'string'
const wordsFor = part => isFile(part) ? part.name : part?.type === 'context' ? `Context: ${part.description}` : `Unsupported content${typeof part?.type === 'string' && part.type ? `: ${part.type}` : ''}`
const partsOf = content => Array.isArray(content) ? content : []
const joined = texts => texts.filter(Boolean).join('\n\n')

/** All that is text in it. */
export const textOf = content =>
  typeof content === 'string' ? content : joined(partsOf(content).filter(isText).map(part => part.text))

/** Its files. */
export const filesOf = content => partsOf(content).filter(isFile)

/** Words for each part that is neither text nor file. */
export const othersOf = content => partsOf(content).filter(part => !isText(part) && !isFile(part)).map(wordsFor)

/** All of it, in one text. */
export const wholeOf = content =>
  typeof content === 'string' ? content : joined(partsOf(content).map(part => isText(part) ? part.text : wordsFor(part)))

/** The text of a message, and the one behind it that came as parts. */
export const withTail = (text, tail) => joined([text, tail])
