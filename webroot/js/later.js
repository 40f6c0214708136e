/** What is opened from the page and not seen when it comes: loaded right behind it. By name; empty until it is here (parts.js). */
export const parts = {}

let refused = () => {}

/** `action`: called when something was asked for that cannot be loaded. */
export function onRefused(action) {
  refused = action
}

/**
 * `attempt`: loads a module, given what to append to its address. Browsers remember by address that a module could not be
 * loaded, so every further attempt gets another one. The result resolves with whether it was loaded, and does nothing once it was.
 */
export function loader(attempt) {
  let loading = null
  let failures = 0
  return () => loading ??= attempt(failures ? `?${failures}` : '').then(() => true, () => {
    loading = null
    failures++
    return false
  })
}

/** Resolves with whether they are here; what failed is tried again by the next who asks. */
export const load = loader(again => import('./parts.js' + again))

/** The function of that name: called at once if it is here, so that the focus goes where it leads, else as soon as it is. */
export const later = name => (...given) => {
  if (parts[name]) return parts[name](...given)
  return load().then(isHere => isHere ? parts[name](...given) : refused())
}
