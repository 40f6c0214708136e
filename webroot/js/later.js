/** What is opened from the page and not seen when it comes. By name; empty until it is here (parts.js, pages.js). */
export const parts = {}

/** What a script that comes later begins when its styles are here, too, so that nothing is seen without them. By its name. */
export const arrivals = {}

const styles = new Map() // addresses, and whether they are here

let refused = () => {}

/** `action`: called when something was asked for that cannot be loaded. */
export function onRefused(action) {
  refused = action
}

/**
 * `attempt`: loads a module, given what to append to its address. Browsers remember by address that a module could not be
 * loaded, so every further attempt gets another one. `addresses`: of the style sheets that it needs.
 * The result resolves with whether all is here, and does nothing once it is.
 */
export function loader(name, attempt, addresses) {
  let loading = null
  let failures = 0
  const begin = () => {
    arrivals[name]()
    return true
  }
  return () => loading ??= Promise.all([attempt(failures ? `?${failures}` : ''), ...addresses.map(style)]).then(begin, () => {
    loading = null
    failures++
    return false
  })
}

function style(address) {
  if (!styles.has(address)) {
    styles.set(address, new Promise((resolve, reject) => {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address })
      link.addEventListener('load', resolve)
      link.addEventListener('error', () => {
        link.remove()
        styles.delete(address)
        reject(new Error(`${address} could not be loaded`))
      })
      document.head.append(link)
    }))
  }
  return styles.get(address)
}

/** Resolves with whether they are here; what failed is tried again by the next who asks. */
export const load = loader('parts', again => import('./parts.js' + again), ['/css/overlays.css', '/css/approval.css', '/css/sign-in.css', '/css/files.css', '/css/tools.css'])

const loadPagesOnly = loader('pages', again => import('./pages.js' + again), ['/css/pages.css', '/css/catalog.css'])

/** Likewise; they use parts, so these come first. */
export const loadPages = () => load().then(isHere => isHere && loadPagesOnly())

/** The function of that name: called at once if it is here, so that the focus goes where it leads, else as soon as it is. */
export const later = (name, loads = load) => (...given) => {
  if (parts[name]) return parts[name](...given)
  return loads().then(isHere => isHere ? parts[name](...given) : refused())
}
