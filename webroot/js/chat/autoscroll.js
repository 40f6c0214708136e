const NEAR_PX = 60
const AT_END_PX = 4
const NEAR_TOP_PX = 600

/** Follows the end of the transcript while the reader is there, and lets a reader who scrolled up read. */
export class Autoscroll {
  #changed
  #nearTop
  #area = null
  #content = null
  #conversation = null
  #following = true
  #lastTop = 0
  #held = null // { element, top }: what the reader sees first, and where
  #place = null // { message, offset }: where the reader was, until they scroll
  #observer = new ResizeObserver(() => this.#settle())
  away = false

  /** `changed`: called when `away` changed; `nearTop`: when a reader who scrolls up is about to reach the beginning. */
  constructor({ changed, nearTop }) {
    this.#changed = changed
    this.#nearTop = nearTop
  }

  /** Before a render that puts something above what the reader sees: that stays where it is. */
  hold() {
    if (this.#following || !this.#area) return
    const piece = this.#firstInView()
    // Not the piece: what comes above it changes the margin of its first message.
    const element = [...piece?.children ?? []].find(child => this.#bottomOf(child) > 0) ?? piece
    this.#held = element ? { element, top: element.getBoundingClientRect().top } : null
    this.#area.style.overflowAnchor = 'none' // the browser would move it too, or not: at the very top it does not
  }

  /** Where the reader is, as { message, offset } from the upper edge; null at the end, where they follow it. */
  get place() {
    if (this.#place) return this.#place
    if (!this.away) return null
    const piece = this.#firstInView()
    const next = piece?.nextElementSibling ?? piece?.parentElement.nextElementSibling?.firstElementChild
    const messages = [piece, next].flatMap(near => [...near?.querySelectorAll('[data-message]') ?? []])
    const element = messages.find(message => this.#bottomOf(message) > 0)
    return element ? { message: element.dataset.message, offset: Math.round(this.#topOf(element)) } : null
  }

  /**
   * After each render; another `conversation` begins at `place`, where there is one, else at its end, one without messages at
   * its beginning.
   */
  rendered(area, conversation, place = null) {
    if (!area) return // nobody is signed in
    if (area !== this.#area) this.#watch(area)
    if (area.firstElementChild !== this.#content) {
      if (this.#content) this.#observer.unobserve(this.#content)
      this.#content = area.firstElementChild
      if (this.#content) this.#observer.observe(this.#content)
    }
    if (conversation !== this.#conversation || (this.#place && this.#place !== place)) {
      this.#place = place
      this.#following = !place
    }
    this.#conversation = conversation
    this.#release()
    this.#settle()
  }

  follow() {
    this.#place = null
    this.#following = true
  }

  /** Leaves the end for that element. */
  show(element) {
    this.#place = null
    this.#following = false
    element.scrollIntoView({ block: 'center' })
    this.#lastTop = this.#area.scrollTop
    this.#look()
  }

  toLatest() {
    this.follow()
    this.#area.focus({ preventScroll: true })
    this.#settle()
  }

  #watch(area) {
    this.#area = area
    this.#observer.observe(area)
    area.addEventListener('scroll', () => this.#scrolled(), { passive: true })
    for (const moved of ['wheel', 'touchmove', 'pointerdown', 'keydown']) {
      area.addEventListener(moved, () => { this.#place = null }, { passive: true })
    }
    area.addEventListener('click', event => {
      if (event.target.closest('summary, [data-does]')) this.#following = false // what is opened stays where it is
    })
    area.addEventListener('toggle', ({ target }) => this.#opened(target), { capture: true })
  }

  /** ... unless it would be below the edge; a growing answer opens nothing, only readers do. */
  #opened(details) {
    if (details.open) details.scrollIntoView({ block: 'nearest' })
  }

  #release() {
    const { element, top } = this.#held ?? {}
    this.#held = null
    if (element?.isConnected) this.#area.scrollTop += element.getBoundingClientRect().top - top
    this.#area.style.overflowAnchor = '' // from here on it does
  }

  #scrolled() {
    const { scrollTop } = this.#area
    if (scrollTop < this.#lastTop && scrollTop < NEAR_TOP_PX) this.#nearTop()
    if (this.#distance() < AT_END_PX) this.#following = !this.#place
    else if (scrollTop < this.#lastTop) this.#following = false
    this.#lastTop = scrollTop
    this.#look()
  }

  #settle() {
    if (this.#following) this.#area.scrollTop = this.#content?.matches('.empty, .missing') ? 0 : this.#area.scrollHeight
    else if (this.#place) this.#toPlace()
    else if (this.#distance() < AT_END_PX) this.#following = true
    this.#lastTop = this.#area.scrollTop
    this.#look()
  }

  /** Also when what is above it got its height only now. */
  #toPlace() {
    const { message, offset } = this.#place
    const element = this.#content?.querySelector(`[data-message="${CSS.escape(message)}"]`)
    if (element) this.#area.scrollTop += this.#topOf(element) - offset
  }

  #topOf(element) {
    return element.getBoundingClientRect().top - this.#area.getBoundingClientRect().top
  }

  #bottomOf(element) {
    return this.#topOf(element) + element.offsetHeight
  }

  /** The piece; without pieces, what stands there. */
  #firstInView() {
    const first = this.#firstOf(this.#content)
    const section = first?.localName === 'button' ? first.nextElementSibling : first
    return section?.matches('.pieces') ? this.#firstOf(section) ?? section.lastElementChild : section ?? null
  }

  /** They stand one below the other, so not each has to be asked. */
  #firstOf(parent) {
    const children = parent?.children ?? []
    let [above, below] = [-1, children.length]
    while (below - above > 1) {
      const middle = (above + below) >> 1
      if (this.#bottomOf(children[middle]) > 0) below = middle
      else above = middle
    }
    return children[below]
  }

  #look() {
    const away = !this.#following && this.#distance() > NEAR_PX
    if (away === this.away) return
    this.away = away
    this.#changed()
  }

  #distance() {
    const { scrollHeight, scrollTop, clientHeight } = this.#area
    return scrollHeight - scrollTop - clientHeight
  }
}
