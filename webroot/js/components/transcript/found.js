const FRAMES_MAX = 120 // how long a long answer may take to be there as text
let shown = null

/** After a render: scrolls once to the message that was sought, and marks the words that it was sought by. */
export function showFound({ found }, scroll) {
  if (found === shown) return
  shown = found
  globalThis.CSS.highlights?.delete('found')
  if (!found) return
  const element = document.querySelector(`[data-message="${CSS.escape(found.message)}"]`)
  if (!element) return
  element.querySelector('.bubble.folded + .unfold')?.click()
  scroll.show(element)
  mark(element, found, FRAMES_MAX)
}

/** Nothing of the text is changed for it: the browser paints over ranges. */
function mark(element, found, frames) {
  if (!globalThis.Highlight || !found.words || shown !== found || !frames) return
  const ranges = rangesOf(element, found.words)
  if (ranges.length) {
    CSS.highlights.set('found', new Highlight(...ranges))
    ranges.forEach(unfold)
  } else requestAnimationFrame(() => mark(element, found, frames - 1))
}

/** Words in code that is folded are not in sight. */
function unfold({ startContainer }) {
  startContainer.parentElement.closest('.code-block.folded')?.querySelector('.code-fold').click()
}

function rangesOf(element, words) {
  const wanted = words.toLowerCase().split(/\s+/)
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const ranges = []
  while (texts.nextNode()) {
    const { currentNode: node } = texts
    const text = node.data.toLowerCase()
    for (const word of wanted) {
      for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
        const range = new Range()
        range.setStart(node, at)
        range.setEnd(node, Math.min(at + word.length, node.data.length)) // small letters can be longer
        ranges.push(range)
      }
    }
  }
  return ranges
}
