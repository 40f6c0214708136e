/** Browsers know no alphabets of MathML (`mathvariant`) but the plain one; the letters themselves are in Unicode. */

/** Where an alphabet has its capital A, its small a and its 0; 0: it has none. */
const ALPHABETS = {
  'bold': [0x1d400, 0x1d41a, 0x1d7ce],
  'italic': [0x1d434, 0x1d44e, 0],
  'bold-italic': [0x1d468, 0x1d482, 0],
  'script': [0x1d49c, 0x1d4b6, 0],
  'bold-script': [0x1d4d0, 0x1d4ea, 0],
  'fraktur': [0x1d504, 0x1d51e, 0],
  'double-struck': [0x1d538, 0x1d552, 0x1d7d8],
  'bold-fraktur': [0x1d56c, 0x1d586, 0],
  'sans-serif': [0x1d5a0, 0x1d5ba, 0x1d7e2],
  'bold-sans-serif': [0x1d5d4, 0x1d5ee, 0x1d7ec],
  'sans-serif-italic': [0x1d608, 0x1d622, 0],
  'sans-serif-bold-italic': [0x1d63c, 0x1d656, 0],
  'monospace': [0x1d670, 0x1d68a, 0x1d7f6],
}

/** Those that were in Unicode before the alphabets. */
const OLDER = {
  'italic': { h: 'ℎ' },
  'script': { B: 'ℬ', E: 'ℰ', F: 'ℱ', H: 'ℋ', I: 'ℐ', L: 'ℒ', M: 'ℳ', R: 'ℛ', e: 'ℯ', g: 'ℊ', o: 'ℴ' },
  'fraktur': { C: 'ℭ', H: 'ℌ', I: 'ℑ', R: 'ℜ', Z: 'ℨ' },
  'double-struck': { C: 'ℂ', H: 'ℍ', N: 'ℕ', P: 'ℙ', Q: 'ℚ', R: 'ℝ', Z: 'ℤ' },
}

export function letter(char, alphabet) {
  const older = OLDER[alphabet]?.[char]
  if (older) return older
  const [capital, small, digit] = ALPHABETS[alphabet] ?? [0, 0, 0]
  const from = /[A-Z]/.test(char) ? [capital, 'A'] : /[a-z]/.test(char) ? [small, 'a'] : /[0-9]/.test(char) ? [digit, '0'] : [0, '']
  return from[0] ? String.fromCodePoint(from[0] + char.charCodeAt(0) - from[1].charCodeAt(0)) : char
}

/** The formula with the letters that it asks for, and with its columns at the sides where it wants them. */
export function withLetters(formula) {
  for (const element of formula.querySelectorAll('[mathvariant]')) {
    const alphabet = element.getAttribute('mathvariant')
    if (alphabet === 'normal') continue
    element.removeAttribute('mathvariant')
    if (element.childElementCount) continue
    element.textContent = [...element.textContent].map(char => letter(char, alphabet)).join('')
    if (element.localName === 'mi') element.setAttribute('mathvariant', 'normal') // or one letter alone is made italic
  }
  for (const table of formula.querySelectorAll('mtable[columnalign]')) align(table)
  return formula
}

function align(table) {
  const sides = table.getAttribute('columnalign').split(' ')
  for (const row of table.children) {
    [...row.children].forEach((cell, i) => cell.classList.add(`math-${sides[Math.min(i, sides.length - 1)]}`))
  }
}
