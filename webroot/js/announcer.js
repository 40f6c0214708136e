/** Says things to screen readers, politely: states and finished answers, never single tokens. */
export function say(text) {
  const region = document.getElementById('announcer')
  region.textContent = ''
  setTimeout(() => { region.textContent = text }, 50) // the same words twice are said twice
}
