/**
 * The open session is in the address (`#/s/ID`, at one message `#/s/ID/m/MESSAGE`), so reload and links return to it; or the
 * open document (`#/docs/NAME`, at a heading `#/docs/NAME#HEADING`; `#/docs`: the list of them).
 */
const PLACE = /^#\/s\/([^/]+)(?:\/m\/([^/]+))?$/
const DOCUMENT = /^#\/docs(?:\/([\w-]+(?:\/[\w-]+)*))?\/?(?:#(.*))?$/
const NOWHERE = { id: null, message: null, doc: null }

export const hrefOf = (id, message) =>
  id ? `#/s/${encodeURIComponent(id)}${message ? `/m/${encodeURIComponent(message)}` : ''}` : '#/'

export const hrefOfDocument = (name, heading) => `#/docs${name ? `/${name}` : ''}${heading ? `#${heading}` : ''}`

/** { id, message, doc: { name, heading } }, each null where the address names none. */
export function currentPlace() {
  const [isDocument, name = null, heading = null] = DOCUMENT.exec(location.hash) ?? []
  if (isDocument) return { ...NOWHERE, doc: { name, heading } }
  const match = PLACE.exec(location.hash)
  try {
    return match ? { ...NOWHERE, id: decodeURIComponent(match[1]), message: match[2] ? decodeURIComponent(match[2]) : null } : NOWHERE
  } catch {
    return NOWHERE
  }
}

/** Where one is already the history gets no second entry. */
export function go(id, { replace = false } = {}) {
  const place = currentPlace()
  if (!place.doc && place.id === id) return
  if (replace) history.replaceState(null, '', hrefOf(id))
  else history.pushState(null, '', hrefOf(id))
}

export function onRoute(action) {
  addEventListener('popstate', action)
  addEventListener('hashchange', action)
}
