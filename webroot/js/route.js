/** The open session is in the address (`#/s/ID`), so reload and links return to it. */
export const hrefOf = id => id ? `#/s/${encodeURIComponent(id)}` : '#/'

export function currentId() {
  const match = /^#\/s\/([^/]+)$/.exec(location.hash)
  try {
    return match ? decodeURIComponent(match[1]) : null
  } catch {
    return null
  }
}

/** Where one is already the history gets no second entry. */
export function go(id, { replace = false } = {}) {
  if (currentId() === id) return
  if (replace) history.replaceState(null, '', hrefOf(id))
  else history.pushState(null, '', hrefOf(id))
}

export function onRoute(action) {
  addEventListener('popstate', action)
  addEventListener('hashchange', action)
}
