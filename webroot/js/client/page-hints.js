/**
 * Hints for the option `hints` of a client in a page: the network's `online` and `offline`, and that the page is seen
 * again, because browsers slow the timers of hidden pages and cut their connections.
 */
export function pageHints(page = globalThis) {
  const hints = new EventTarget()
  const tell = type => hints.dispatchEvent(new Event(type))
  page.addEventListener('online', () => tell('online'))
  page.addEventListener('offline', () => tell('offline'))
  page.addEventListener('pageshow', ({ persisted }) => { if (persisted) tell('online') })
  page.document.addEventListener('visibilitychange', () => {
    if (page.document.visibilityState === 'visible') tell('online')
  })
  return hints
}
