/** How this machine calls its keys. */
const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

export const MOD = isMac ? '⌘' : 'Ctrl'

/** Keys with which a word is still being composed are for the input method; Safari says so only by the old code. */
export const isComposing = event => event.isComposing || event.keyCode === 229

export const hasMod = event => (isMac ? event.metaKey : event.ctrlKey) && !event.altKey
