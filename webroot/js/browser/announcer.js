const LINES_MAX = 5

/**
 * Announces states and complete answers to screen readers, politely, and never single tokens. Each text is a separate
 * line, so a later one does not remove it before it was read, and equal texts are announced again.
 */
export function say(text) {
  const region = document.getElementById('announcer')
  const line = document.createElement('p')
  line.textContent = text
  region.append(line)
  if (region.childElementCount > LINES_MAX) region.firstElementChild.remove()
}
