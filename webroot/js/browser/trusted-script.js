const ours = []
let policy

/** Whoever loads scripts says which: `isOurs` tells whether an address is one of them. */
export const trustScripts = isOurs => ours.push(isOurs)

/** The address, as browsers take it that let nothing else name a script. */
export function trustedScript(url) {
  if (!window.trustedTypes) return url
  policy ??= window.trustedTypes.createPolicy('reprise', { createScriptURL })
  return policy.createScriptURL(url)
}

function createScriptURL(url) {
  if (ours.some(isOurs => isOurs(url))) return url
  throw new TypeError(`not a script of ours: ${url}`)
}
