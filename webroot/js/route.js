/** The open session is in the address (`#/s/ID`, at one message `#/s/ID/m/MESSAGE`), so reload and links return to it. */
const PLACE = /^#\/s\/([^/]+)(?:\/m\/([^/]+))?$/
const NOWHERE = { id: null, message: null }

export const hrefOf = (id, message) =>
  id ? `#/s/${encodeURIComponent(id)}${message ? `/m/${encodeURIComponent(message)}` : ''}` : '#/'

/** The address of what is shown, from the root of this server. */
export const hrefHere = () => `/${location.hash}`

/** { id, message }, each null where the address names none. */
export function currentPlace() {
  const match = PLACE.exec(location.hash)
  try {
    return match ? { id: decodeURIComponent(match[1]), message: match[2] ? decodeURIComponent(match[2]) : null } : NOWHERE
  } catch {
    return NOWHERE
  }
}

/** Where one is already the history gets no second entry. */
export function go(id, { replace = false } = {}) {
  if (currentPlace().id === id) return
  if (replace) history.replaceState(null, '', hrefOf(id))
  else history.pushState(null, '', hrefOf(id))
}

export function onRoute(action) {
  addEventListener('popstate', action)
  addEventListener('hashchange', action)
}
