import { shared } from './storage.js'

const root = document.documentElement
const systemDark = matchMedia('(prefers-color-scheme: dark)')

export function isDark() {
  return root.dataset.theme === 'dark' || (root.dataset.theme !== 'light' && systemDark.matches)
}

/** The bars of the browser, or of the system where the page is installed, have the colour of the page. */
export function colourBars() {
  const { backgroundColor } = getComputedStyle(document.body)
  for (const bar of document.querySelectorAll('meta[name="theme-color"]')) bar.content = backgroundColor
}

/** To the other theme; one that is the system's anyway is not remembered, so that it goes on following the system. */
export function toggleTheme() {
  const wanted = isDark() ? 'light' : 'dark'
  const followsSystem = (wanted === 'dark') === systemDark.matches
  root.dataset.theme = followsSystem ? 'auto' : wanted
  if (followsSystem) shared.removeItem('reprise.theme')
  else shared.setItem('reprise.theme', wanted)
  colourBars()
}
