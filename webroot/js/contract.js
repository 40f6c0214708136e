/** Parts of the server's OpenAPI document that stand for what the page can offer. */
const MARKS = {
  search: /^ +- name: q$/m,
  rename: /operationId: updateSession\b/,
  export: /^ +\/sessions\/\{session\}\/export:/m,
  clear: /^ +\/sessions\/\{session\}\/clear:/m,
  fork: /^ +\/sessions\/\{session\}\/fork:/m,
  steer: /enum: \[[^\]]*\bsteer\b/,
}

/** What a server with this contract offers: a page has no control for what its server does not have. */
export function offersOf(contract) {
  const offers = Object.entries(MARKS).map(([name, mark]) => [name, mark.test(contract)])
  return { ...Object.fromEntries(offers), known: contract !== '' }
}

/** Nothing until it is read, and nothing more where it cannot be. */
export async function readOffers() {
  const response = await fetch('/openapi.yaml').catch(() => null)
  return offersOf(response?.ok ? await response.text() : '')
}
