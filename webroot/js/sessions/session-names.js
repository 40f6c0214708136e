import { firstWords } from '../words/words.js'

export const nameOf = session => session.title || `${firstWords(session.preview || '') || 'New chat'}${forkWord(session)}`

/** Behind the words that stand for a title: the server says it in those that it makes. */
export const forkWord = session => session?.metadata?.forkedFrom ? ' (fork)' : ''
