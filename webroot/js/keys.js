/** How this machine calls its keys. */
const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

export const MOD = isMac ? '⌘' : 'Ctrl'

export const hasMod = event => (isMac ? event.metaKey : event.ctrlKey) && !event.altKey
