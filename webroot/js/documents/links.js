const DOCUMENT = /^\/docs\/((?:[\w-]+\/)*[\w-]+)\.md$/
const FOLDER = /^\/docs\/(?:[\w-]+\/)*$/

/**
 * Where a link or an image of a document leads: another document opens in the page. What lies outside the documents is not
 * served, so that is no address (an empty text).
 */
export function addressIn(name, href) {
  const base = new URL(`https://page/docs/${name}.md`)
  let url
  try {
    url = new URL(href, base)
  } catch {
    return ''
  }
  if (url.host !== base.host || url.protocol !== base.protocol) return href
  if (!href.startsWith('/') && !url.pathname.startsWith('/docs/')) return ''
  const document = DOCUMENT.exec(url.pathname)?.[1]
  if (document) return `/#/docs/${document}${url.hash}`
  return FOLDER.test(url.pathname) ? '/#/docs' : url.pathname + url.search + url.hash
}

/** A heading's name in addresses, as GitHub makes it. `names`: how often each was taken in this document. */
export function headingName(text, names = new Map()) {
  const name = text.trim().toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
  const count = names.get(name) ?? 0
  names.set(name, count + 1)
  return count ? `${name}-${count}` : name
}
