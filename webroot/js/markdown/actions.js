import { say } from '../browser/announcer.js'
import { saveFile } from '../browser/download.js'
import { fileNameOf } from './file-name.js'
import { followNote } from './footnotes.js'
import { loadImage, trustHost } from './images.js'
import { isWrapped, setWrapped, showWrapped } from './wrap.js'

/** What the buttons inside texts do, by `data-does`; they come and go with the text around them. */
const ACTIONS = {
  wrap: button => keepPlace(button.closest('.code-block'), () => setWrapped(!isWrapped())),
  save: saveCode,
  fold: foldCode,
  image: loadImage,
  host: trustHost,
  note: followNote,
}

/** One listener for all of them. */
export function listenForActions(root) {
  showWrapped()
  root.addEventListener('click', event => {
    const button = event.target.closest('[data-does]')
    if (button) ACTIONS[button.dataset.does]?.(button)
  })
}

function saveCode(button) {
  const bar = button.parentElement
  const code = bar.closest('.code-block').querySelector('code').textContent
  const name = fileNameOf(code, bar.dataset.language, bar.dataset.file ?? null)
  saveFile(new Blob([code], { type: 'application/octet-stream' }), name) // for a text some browsers add an ending
  say(`Downloaded as ${name}`)
}

function foldCode(button) {
  const block = button.closest('.code-block')
  const folded = block.classList.toggle('folded')
  button.setAttribute('aria-expanded', !folded)
  button.textContent = folded ? `Show all ${button.dataset.lines} lines` : 'Show less'
  if (folded) block.scrollIntoView({ block: 'nearest' })
}

/** What the reader sees of it stays where it is, by its share of the whole. */
function keepPlace(block, change) {
  const area = block.closest('.transcript, .document')
  const edge = area?.getBoundingClientRect().top ?? 0
  const before = block.getBoundingClientRect()
  const share = Math.max(0, (edge - before.top) / before.height)
  change()
  if (!area) return
  const after = block.getBoundingClientRect()
  area.scrollTop += share > 0 ? after.top + share * after.height - edge : after.top - before.top
}
