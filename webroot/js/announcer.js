const LINES_MAX = 5

/**
 * Says things to screen readers, politely: states and finished answers, never single tokens. Each is a line of its own,
 * so the next does not take it away before it was heard, and the same words twice are said twice.
 */
export function say(text) {
  const region = document.getElementById('announcer')
  const line = document.createElement('p')
  line.textContent = text
  region.append(line)
  if (region.childElementCount > LINES_MAX) region.firstElementChild.remove()
}
