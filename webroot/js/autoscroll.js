const NEAR_PX = 60
const AT_END_PX = 4

/** Follows the end of the transcript while the reader is there, and lets a reader who scrolled up read. */
export class Autoscroll {
  #changed
  #area = null
  #content = null
  #conversation = null
  #following = true
  #lastTop = 0
  #observer = new ResizeObserver(() => this.#settle())
  away = false

  /** `changed`: called when `away` changed. */
  constructor(changed) {
    this.#changed = changed
  }

  /** After each render; another `conversation` begins at its end. */
  rendered(area, conversation) {
    if (area !== this.#area) this.#watch(area)
    if (area.firstElementChild !== this.#content) {
      if (this.#content) this.#observer.unobserve(this.#content)
      this.#content = area.firstElementChild
      if (this.#content) this.#observer.observe(this.#content)
    }
    if (conversation !== this.#conversation) this.#following = true
    this.#conversation = conversation
    this.#settle()
  }

  follow() {
    this.#following = true
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
      if (event.target.closest('summary')) this.#following = false // what is opened stays where it is
    })
    area.addEventListener('toggle', ({ target }) => this.#opened(target), { capture: true })
  }

  /** ... unless it would be below the edge; a growing answer opens nothing, only readers do. */
  #opened(details) {
    if (details.open) details.scrollIntoView({ block: 'nearest' })
  }

  #scrolled() {
    const { scrollTop } = this.#area
    if (this.#distance() < AT_END_PX) this.#following = true
    else if (scrollTop < this.#lastTop) this.#following = false
    this.#lastTop = scrollTop
    this.#look()
  }

  #settle() {
    if (this.#following) this.#area.scrollTop = this.#area.scrollHeight
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
