import { shared } from '../browser/storage.js'

/**
 * Images of other hosts: their host would learn who reads this and when, so the reader decides. They are shown in frames
 * whose content security policy allows that one host; the page's own allows none.
 */
const HOSTS = 'reprise.image-hosts'
const HOSTS_MAX = 100
const SIZES_MAX = 300
const SIDE_MAX = 10_000

const wanted = new Set() // addresses whose image was asked for, as long as the page is open
const sizes = new Map()  // by address, what their frames said: { width, height } or 'failed'

function trustedHosts() {
  try {
    const hosts = JSON.parse(shared.getItem(HOSTS) ?? '[]')
    return Array.isArray(hosts) ? hosts : []
  } catch {
    return []
  }
}

/** The URL if its image can be shown: over https, as all else can be read and changed on its way. */
function shownAddress(address) {
  try {
    const url = new URL(address)
    return url.protocol === 'https:' && !url.username && url.href.length <= 2_000 ? url : null
  } catch {
    return null
  }
}

/** In place of an `<img>`: a link, and what can be done about it. */
export function insteadOf(address, words, document) {
  const url = shownAddress(address)
  if (!url) return linkTo(address, words, document)
  const holder = document.createElement('span')
  holder.className = 'remote-image'
  Object.assign(holder.dataset, { address: url.href, words })
  fill(holder)
  return holder
}

function linkTo(address, words, document) {
  const link = document.createElement('a')
  return Object.assign(link, { href: address, target: '_blank', rel: 'noopener noreferrer', textContent: `Image: ${words}` })
}

function fill(holder) {
  const { address, words } = holder.dataset
  const { host } = new URL(address)
  const link = linkTo(address, words, holder.ownerDocument)
  const size = sizes.get(address)
  if (!wanted.has(address) && !trustedHosts().includes(host)) {
    holder.replaceChildren(link, why(`Not loaded: ${host} would learn that you read this.`),
      button('image', 'Load image'), button('host', `Always from ${host}`))
  } else if (size === 'failed') holder.replaceChildren(link, why(`It could not be loaded from ${host}.`))
  else holder.replaceChildren(frameOf(address, words, size))
}

function why(words) {
  return Object.assign(document.createElement('span'), { className: 'remote-why', textContent: words })
}

function button(does, words) {
  const button = document.createElement('button')
  Object.assign(button, { type: 'button', className: 'quiet small', textContent: words })
  button.dataset.does = does
  return button
}

function frameOf(address, words, size) {
  const frame = document.createElement('iframe')
  frame.title = `Image: ${words}`
  frame.setAttribute('sandbox', 'allow-scripts') // without an origin; its one script tells how large the image is
  frame.setAttribute('credentialless', '')       // where a browser knows that: without cookies
  const asked = address.replace(/[|^`{}"<>\\]/g, encodeURIComponent)
  frame.src = `/image?src=${encodeURIComponent(asked)}&alt=${encodeURIComponent(words.slice(0, 300))}`
  if (size) fit(frame, size)
  return frame
}

/** As large as the image, in its own shape where there is less room. */
function fit(frame, { width, height }) {
  frame.style.width = `${width}px`
  frame.style.aspectRatio = `${width} / ${height}`
}

export function loadImage(button) {
  const holder = button.closest('.remote-image')
  wanted.add(holder.dataset.address)
  refill([holder])
}

export function trustHost(button) {
  const { host } = new URL(button.closest('.remote-image').dataset.address)
  const hosts = [host, ...trustedHosts().filter(other => other !== host)].slice(0, HOSTS_MAX)
  shared.setItem(HOSTS, JSON.stringify(hosts))
  refill(document.querySelectorAll('.remote-image'))
}

function refill(holders) {
  for (const holder of holders) {
    const focused = holder.contains(document.activeElement)
    fill(holder)
    if (focused) holder.querySelector('iframe')?.focus()
  }
}

/** Frames tell how large their image is, or that there is none. */
export function listenForImages() {
  const isSide = side => Number.isInteger(side) && side > 0 && side <= SIDE_MAX
  addEventListener('message', ({ data, source }) => {
    if (data?.type !== 'reprise.image') return
    const frame = [...document.querySelectorAll('.remote-image iframe')].find(({ contentWindow }) => contentWindow === source)
    if (!frame) return
    const holder = frame.closest('.remote-image')
    const size = isSide(data.width) && isSide(data.height) ? { width: data.width, height: data.height } : 'failed'
    sizes.set(holder.dataset.address, size)
    if (sizes.size > SIZES_MAX) sizes.delete(sizes.keys().next().value)
    if (size === 'failed') fill(holder)
    else fit(frame, size)
  })
}
