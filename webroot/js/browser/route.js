import { PAGES } from '../app/pages.js'

/**
 * The open session is in the address (`#/s/ID`, at one message `#/s/ID/m/MESSAGE`), so reload and links return to it; or the
 * open document (`#/docs/NAME`, at a heading `#/docs/NAME#HEADING`; `#/docs`: the list of them).
 */
const PLACE = /^#\/s\/([^/]+)(?:\/m\/([^/]+))?$/
const DOCUMENT = /^#\/docs(?:\/([\w-]+(?:\/[\w-]+)*))?\/?(?:#(.*))?$/
const NOWHERE = { id: null, message: null, page: null, doc: null }

export const hrefOf = (id, message) =>
  id ? `#/s/${encodeURIComponent(id)}${message ? `/m/${encodeURIComponent(message)}` : ''}` : '#/'

/** The address of what is shown, from the root of this server. */
export const hrefHere = () => `/${location.hash}`

export const hrefOfPage = page => `#/${page}`

export const hrefOfDocument = (name, heading) => `#/docs${name ? `/${name}` : ''}${heading ? `#${heading}` : ''}`

/**
 * { id, message, page, doc: { name, heading } }, each null where the address names none; a page or a document is shown in
 * the place of a chat.
 */
export function currentPlace() {
  const [isDocument, doc = null, heading = null] = DOCUMENT.exec(location.hash) ?? []
  if (isDocument) return { ...NOWHERE, doc: { name: doc, heading } }
  const match = PLACE.exec(location.hash)
  try {
    const name = location.hash.replace(/^#\//, '')
    const page = Object.hasOwn(PAGES, name) ? name : null
    if (!match) return { ...NOWHERE, page }
    return { ...NOWHERE, id: decodeURIComponent(match[1]), message: match[2] ? decodeURIComponent(match[2]) : null }
  } catch {
    return NOWHERE
  }
}

/** Where one is already the history gets no second entry. */
export function go(id, { replace = false } = {}) {
  const place = currentPlace()
  if (place.id === id && !place.page && !place.doc) return
  if (replace) history.replaceState(null, '', hrefOf(id))
  else history.pushState(null, '', hrefOf(id))
}

export function goToPage(page) {
  if (currentPlace().page !== page) history.pushState(null, '', hrefOfPage(page))
}

export function onRoute(action) {
  addEventListener('popstate', action)
  addEventListener('hashchange', action)
}
