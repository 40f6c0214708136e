/** How this machine calls its keys. */
const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

export const MOD = isMac ? '⌘' : 'Ctrl'

/** Keys with which a word is still being composed are for the input method; Safari says so only by the old code. */
export const isComposing = event => event.isComposing || event.keyCode === 229

const touch = matchMedia('(pointer: coarse)')

/** The keyboards of phones have no Shift+Enter: there Enter begins a new line, and the button sends. */
export const enterSends = () => !touch.matches

/** Whether this key sends what is written in a field of several lines. */
export const isSendKey = event => event.key === 'Enter' && (hasMod(event) || (enterSends() && !event.shiftKey))

export const hasMod = event => (isMac ? event.metaKey : event.ctrlKey) && !event.altKey
