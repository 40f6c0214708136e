const SAID_MS = 5_000

/** Says things to screen readers, politely: states and finished answers, never single tokens. Each in a line of its own, so
 * that the next does not take it away before it was heard. */
export function say(text) {
  const line = document.createElement('p')
  line.textContent = text
  document.getElementById('announcer').append(line)
  setTimeout(() => line.remove(), SAID_MS)
}
