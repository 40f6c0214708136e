/** What is opened from the page and not seen when it comes: loaded right behind it. By name; empty until it is here (parts.js). */
export const parts = {}

let loading = null
let refused = () => {}

/** `action`: called when something was asked for that cannot be loaded. */
export function onRefused(action) {
  refused = action
}

/** Resolves with whether they are here; what failed is tried again by the next who asks. */
export function load() {
  loading ??= import('./parts.js').then(() => true, () => {
    loading = null
    return false
  })
  return loading
}

/** The function of that name: called at once if it is here, so that the focus goes where it leads, else as soon as it is. */
export const later = name => (...given) => {
  if (parts[name]) return parts[name](...given)
  return load().then(isHere => isHere ? parts[name](...given) : refused())
}
