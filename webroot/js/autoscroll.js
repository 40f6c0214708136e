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
  #observer = new ResizeObserver(() => this.#settle())
  away = false

  /** `changed`: called when `away` changed; `nearTop`: when a reader who scrolls up is about to reach the beginning. */
  constructor({ changed, nearTop }) {
    this.#changed = changed
    this.#nearTop = nearTop
  }

  /** Before a render that puts something above what the reader sees: that stays where it is. */
  hold() {
    const edge = this.#area.getBoundingClientRect().top
    const element = [...this.#content?.children ?? []].find(child =>
      child.localName !== 'button' && child.getBoundingClientRect().bottom > edge)
    this.#held = element ? { element, top: element.getBoundingClientRect().top } : null
    this.#area.style.overflowAnchor = 'none' // the browser would move it too, or not: at the very top it does not
  }

  /** After each render; another `conversation` begins at its end, one without messages at its beginning. */
  rendered(area, conversation) {
    if (!area) return // nobody is signed in
    if (area !== this.#area) this.#watch(area)
    if (area.firstElementChild !== this.#content) {
      if (this.#content) this.#observer.unobserve(this.#content)
      this.#content = area.firstElementChild
      if (this.#content) this.#observer.observe(this.#content)
    }
    if (conversation !== this.#conversation) this.#following = true
    this.#conversation = conversation
    this.#release()
    this.#settle()
  }

  follow() {
    this.#following = true
  }

  /** Leaves the end for that element. */
  show(element) {
    this.#following = false
    element.scrollIntoView({ block: 'center' })
    this.#lastTop = this.#area.scrollTop
    this.#look()
  }

  toLatest() {
    this.#following = true
    this.#area.focus({ preventScroll: true })
    this.#settle()
  }

  #watch(area) {
    this.#area = area
    this.#observer.observe(area)
    area.addEventListener('scroll', () => this.#scrolled(), { passive: true })
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
    if (!this.#held) return
    const { element, top } = this.#held
    this.#held = null
    this.#area.scrollTop += element.getBoundingClientRect().top - top
    this.#area.style.overflowAnchor = '' // from here on it does
  }

  #scrolled() {
    const { scrollTop } = this.#area
    if (scrollTop < this.#lastTop && scrollTop < NEAR_TOP_PX) this.#nearTop()
    if (this.#distance() < AT_END_PX) this.#following = true
    else if (scrollTop < this.#lastTop) this.#following = false
    this.#lastTop = scrollTop
    this.#look()
  }

  #settle() {
    if (this.#following) this.#area.scrollTop = this.#content?.matches('.empty, .missing') ? 0 : this.#area.scrollHeight
    else if (this.#distance() < AT_END_PX) this.#following = true
    this.#lastTop = this.#area.scrollTop
    this.#look()
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
