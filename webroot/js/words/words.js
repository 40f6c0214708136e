import { plainText } from './plain-text.js'

/** What states and codes are called on the page. */

const FINAL = {
  1009: 'The last message was too large for the server.',
  4500: 'You are signed out.',
  4501: 'The server did not understand this page. Reload it.',
  4504: 'Too many open tabs. Close one, then try again.',
  4506: 'This page is older than the server. Reload it.',
}

const ERRORS = {
  busy: 'An answer is being written',
  forbidden: 'Not allowed',
  interrupted: 'The server went away while answering',
  model_error: 'The model failed',
  queue_full: 'The queue is full',
  step_limit: 'Stopped after too many steps',
  timeout: 'Took too long',
  tool_error: 'A tool failed',
  too_many_requests: 'Too many requests',
  unavailable: 'Unavailable',
}

/** Why a sign-in at the identity provider did not succeed, by its code. */
const SIGN_IN_ERRORS = {
  denied: 'The identity provider did not let you in.',
  expired: 'This sign-in took too long, or was begun in another browser. Please try again.',
  clock: 'The clocks of the identity provider and of this server differ. Tell whoever runs this server.',
  provider_unavailable: 'The identity provider does not answer. Please try again in a moment.',
  provider_error: 'The identity provider refused the sign-in. Tell whoever runs this server: its log says why.',
  token_refused: 'What the identity provider answered cannot be trusted. Tell whoever runs this server: its log says why.',
  no_role: 'You are known, but have no role that may use this server.',
  blocked: 'You may not use this server.',
  too_many_requests: 'Too many failed sign-ins. Please try again in a minute.',
  unavailable: 'This server cannot sign anybody in just now. Please try again in a moment.',
}

export const signInErrorWords = code => Object.hasOwn(SIGN_IN_ERRORS, code) ? SIGN_IN_ERRORS[code] : 'You could not be signed in. Please try again.'

/** Where the server's words are for programs. */
const PLAIN = {
  busy: 'An answer is being written: wait for its end, or stop it.',
}

export function connectionWords(connection) {
  switch (connection.state) {
    case 'open': return connection.checking ? 'Checking the connection…' : 'Connected'
    case 'connecting': return 'Connecting…'
    case 'waiting': return navigator.onLine === false ? 'Offline' : 'Reconnecting'
    case 'closed': return connection.code === 4500 ? 'Signed out' : 'Disconnected'
  }
}

export function countdown({ state, retryAt }, nowMs = Date.now()) {
  if (state !== 'waiting') return ''
  const soon = `in ${Math.max(1, Math.ceil((retryAt - nowMs) / 1000))} s`
  return navigator.onLine === false ? `, trying again ${soon}` : ` ${soon}…`
}

export const finalWords = ({ code, reason }) => FINAL[code] ?? (reason || 'The server closed the connection.')

/** The outcome of a run in words; null if it needs no text. The server says in a sentence what happened, so its code adds nothing. */
export function outcomeWords({ type, code, message }) {
  if (type === 'cancelled') return 'Stopped'
  if (type === 'interrupt') return 'Waiting for a decision'
  if (type !== 'error') return null
  return message || `${ERRORS[code] ?? 'Something went wrong'}.`
}

/** Who decided what about a call. `me`: the current user. */
export function decisionWords({ decision, by, text }, me) {
  const who = by === undefined ? 'Somebody' : by === me ? 'You' : by
  switch (decision) {
    case 'approve': return `${who} approved it`
    case 'edit': return `${who} approved it with changes`
    case 'reject': return `${who} rejected it${text ? `: ${text}` : ''}`
    case 'respond': return `${who} answered for it`
    case 'accept': return `${who} answered`
    case 'expired': return 'Nobody decided in time'
    default: return `${who} dropped the request`
  }
}

/** The calls that wait for a decision, by tool name: `sleep`, `sleep and mail`, `3 calls`. */
export function askedWords(interrupts) {
  const names = [...new Set(interrupts.map(({ metadata }) => metadata?.tool ?? 'a tool'))]
  return interrupts.length === 1 ? names[0] : names.length === 2 && interrupts.length === 2 ? names.join(' and ')
    : `${interrupts.length} calls`
}

export const errorWords = ({ message, code }) => PLAIN[code] ?? (message || `${ERRORS[code] ?? 'Something went wrong'}.`)

/** Why a chat cannot be displayed. */
export const missingWords = ({ code }) => code === 'not_found' ? 'This chat is not here' : 'This chat cannot be opened'

let first = {} // what was asked for last: the title of the open chat, several times in each rendering

/** The first words of a text, for a title. */
export function firstWords(text, max = 60) {
  if (first.text !== text || first.max !== max) first = { text, max, words: wordsOf(text, max) }
  return first.words
}

function wordsOf(text, max) {
  const line = plainText(text).replace(/\s+/g, ' ').trim()
  return line.length > max ? `${line.slice(0, max - 1).trimEnd()}…` : line
}
