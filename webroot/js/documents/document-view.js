import { hrefOfDocument } from '../browser/route.js'
import { blocksOfDocument, nodesOf, walkTokens } from '../markdown/blocks.js'
import { listOf } from './document-list.js'
import { addressIn, headingName } from './links.js'

const wide = matchMedia('(min-width: 1180px)')

/** `<document-view>`: one of the documents that the server brings, or the list of them, with what stands in it. */
export class DocumentView extends HTMLElement {
  #place = null
  #shown // the name of what is shown
  #reading = null

  connectedCallback() {
    this.tabIndex = -1
    this.addEventListener('click', event => this.#clicked(event))
    if (!Object.hasOwn(this, 'place')) return
    const { place } = this // given to it before its class was there
    delete this.place
    this.place = place
  }

  /** { name, heading } */
  set place(place) {
    if (this.#place === place) return
    this.#place = place
    if (place.name !== this.#shown) this.#read(place.name)
    else if (!this.#reading) this.#arrive()
  }

  async #read(name) {
    this.#shown = name
    const reading = this.#reading = Symbol(name)
    this.setAttribute('aria-busy', true)
    const nodes = await read(name).catch(error => [problem(error, () => this.#read(name))])
    if (reading !== this.#reading) return // another one is wanted by now
    this.#reading = null
    this.removeAttribute('aria-busy')
    this.#fill(nodes)
  }

  #fill(nodes) {
    const text = document.createElement('article')
    text.className = 'markdown'
    text.append(...nodes)
    prepare(text)
    this.replaceChildren(columns(text, contents(text, this.#shown)))
    const title = text.querySelector('h1')
    this.scrollTop = 0
    this.dispatchEvent(new CustomEvent('titled', { detail: title?.textContent ?? this.#shown }))
    const begin = title ?? this
    begin.focus({ preventScroll: true }) // who listens hears what has been opened
    this.#arrive()
  }

  /** At the heading that the address names. */
  #arrive() {
    const { heading } = this.#place
    const element = heading && this.querySelector(`[data-heading="${CSS.escape(heading)}"]`)
    if (!element) return
    element.scrollIntoView({ block: 'start' })
    element.focus({ preventScroll: true })
  }

  /** A link to where the address is already changes nothing there. */
  #clicked(event) {
    const link = event.target.closest('a')
    if (link?.hash && link.getAttribute('href') === location.hash) this.#arrive()
  }
}

async function read(name) {
  if (name === null) return listOf(await get('/docs/index.json').then(answer => answer.json()))
  const blocks = blocksOfDocument(await get(`/docs/${name}.md`).then(answer => answer.text()))
  walkTokens(blocks, token => {
    if (token.type === 'link' || token.type === 'image') token.href = addressIn(name, token.href)
  })
  return nodesOf(blocks)
}

async function get(address) {
  const answer = await fetch(address, { headers: { accept: 'text/markdown, application/json' } })
  if (!answer.ok) throw Object.assign(new Error(`${answer.status}`), { status: answer.status })
  return answer
}

function problem({ status }, again) {
  const words = document.createElement('div')
  const title = document.createElement('h1')
  title.textContent = status === 404 ? 'There is no such document' : 'The document could not be read'
  words.append(title)
  if (status === 404) return words
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'primary', textContent: 'Try again' })
  button.addEventListener('click', again)
  words.append(button)
  return words
}

/** Headings can be gone to, and links to documents stay in the page. */
function prepare(text) {
  const names = new Map()
  for (const heading of text.querySelectorAll('h1, h2, h3, h4')) {
    heading.dataset.heading = headingName(heading.textContent, names)
    heading.tabIndex = -1
  }
  for (const link of text.querySelectorAll('a[href^="/#/"]')) {
    link.setAttribute('href', link.getAttribute('href').slice(1))
    link.removeAttribute('target')
    link.removeAttribute('rel')
  }
  for (const image of text.querySelectorAll('img')) openAlone(image)
}

/** A drawing is read best where it has all the room. */
function openAlone(image) {
  if (image.closest('a')) return
  const link = document.createElement('a')
  Object.assign(link, { href: image.getAttribute('src'), target: '_blank', rel: 'noopener' })
  link.setAttribute('aria-label', `${image.alt || 'Image'}, in a tab of its own`)
  image.replaceWith(link)
  link.append(image)
}

function contents(text, name) {
  const headings = [...text.querySelectorAll('h2, h3')]
  if (name === null || headings.length < 3) return null
  const nav = document.createElement('nav')
  nav.className = 'document-contents'
  nav.setAttribute('aria-label', 'Contents')
  const fold = document.createElement('details')
  fold.open = wide.matches
  const summary = document.createElement('summary')
  summary.textContent = 'On this page'
  const list = document.createElement('ul')
  for (const heading of headings) {
    const item = document.createElement('li')
    item.className = heading.localName
    const link = document.createElement('a')
    link.href = hrefOfDocument(name, heading.dataset.heading)
    link.textContent = heading.textContent
    item.append(link)
    list.append(item)
  }
  fold.append(summary, list)
  nav.append(fold)
  return nav
}

function columns(text, nav) {
  const columns = document.createElement('div')
  columns.className = 'document-columns'
  columns.append(...nav ? [nav] : [], text)
  return columns
}
