import { App } from './app/app.js'
import { say } from './browser/announcer.js'
import { showNews } from './browser/badge.js'
import { listenForCopies } from './browser/clipboard.js'
import { isFolded } from './browser/fold.js'
import { keepFocus } from './browser/keep-focus.js'
import { hasMod, isComposing } from './browser/keys.js'
import { afterRender, focusMessage, rendered, renderWith } from './browser/render.js'
import { onRoute } from './browser/route.js'
import { colourBars } from './browser/theme.js'
import { Autoscroll } from './chat/autoscroll.js'
import { autosize } from './components/composer/composer.js'
import { sayInDialog } from './components/dialog.js'
import { setTabStop } from './components/list/tab-stop.js'
import { shell } from './components/shell.js'
import { later, load, loader, onRefused, parts } from './later.js'
import { render } from './lib.js'

const root = document.getElementById('app')
const narrow = matchMedia('(max-width: 760px)')
const HIDDEN_MS = 1_000
const LOAD_AGAIN_MS = 3_000
const loadTexts = loader('texts', again => import('./texts.js' + again), ['/css/markdown.css', '/css/documents.css', '/css/print.css'])
let frame = null
let timer = null

/** However much arrives, the page is rendered at most once per animation frame; a hidden one, which has none, each second. */
function changed() {
  if (document.visibilityState === 'visible') frame ??= requestAnimationFrame(draw)
  else timer ??= setTimeout(draw, HIDDEN_MS)
}

const app = new App({ changed, draw, place: () => scroll.place })
const scroll = new Autoscroll({ changed, nearTop: () => { if (!app.hold) app.reading.earlier({ asked: false }) } })

renderWith(changed)

function draw() {
  cancelAnimationFrame(frame)
  clearTimeout(timer)
  frame = timer = null
  if (app.stick) scroll.follow()
  if (app.hold) scroll.hold()
  app.stick = app.hold = false
  keepFocus(() => render(shell(app, scroll), root))
  setTabStop(app)
  rendered()
  autosize()
  scroll.rendered(document.getElementById('transcript'), app.chat, app.place)
  parts.showFound?.(app, scroll)
  app.seenMarks.look()
  sayInDialog(app.notice?.text)
  const news = app.unread.count
  showNews(news)
  const place = app.chat.id || app.page ? app.title : null
  const title = app.doc ? app.docTitle ?? 'Documents' : place
  document.title = `${news ? `(${news}) ` : ''}${title ? `${title} · ` : ''}Reprise`
}

/** A hidden page may end without a word. */
function seen() {
  if (document.visibilityState === 'visible') app.seen()
  else app.chats.leave()
}

/** Asked for each key, so by their ids: a search through a long chat would take longer than all else that a letter costs. */
const isAsking = () => document.getElementById('dialog')?.open || document.getElementById('menu')?.matches(':popover-open') ||
  app.person.isSignedOut

/** Escape closes what is open, and else stops the answer; where something is written it may be meant for that, so it has to come twice. */
function escape(event) {
  const again = app.escaped
  if (again) app.set({ escaped: false })
  if (event.key !== 'Escape' || isComposing(event) || event.defaultPrevented || isAsking()) return
  if (app.drawerOpen) {
    app.set({ drawerOpen: false })
    afterRender(() => document.getElementById('open-drawer').focus()) // until then it is behind the drawer
  } else if (app.doc) {
    app.open(app.chat.id)
    focusMessage()
  } else if (!app.chat.view.run) return
  else if (event.target.id === 'message' && event.target.value.trim() && !again) {
    app.set({ escaped: true })
    say('Escape once more stops the answer')
  } else app.stop() // what waits for a decision is not dropped by a key
}

function focusSearch() {
  const field = document.getElementById('search')
  if (!field || field === document.activeElement) return // not rendered yet; or what was typed meanwhile stays
  field.focus()
  field.select()
}

/** Combinations, by what they are called in the help. */
const COMBINATIONS = {
  'mod shift o': () => app.openNew(),
  'mod k': () => {
    if (!app.server.offers.search) return
    if (isFolded() && !narrow.matches) app.foldList(false)
    app.set({ drawerOpen: narrow.matches })
    focusSearch()
    afterRender(focusSearch) // a drawer that was closed takes the focus only when it is open
  },
  'mod b': () => narrow.matches ? app.set({ drawerOpen: !app.drawerOpen }) : app.foldList(!isFolded()),
  'mod /': () => later('openHelp')(app),
  'mod p': () => (app.doc ? Promise.resolve(true) : app.loadAll()).then(isAll => { if (isAll) print() }), // a part on paper would be taken for all
  'alt arrowup': () => app.openNext(-1),
  'alt arrowdown': () => app.openNext(1),
}

/** Combinations work everywhere; who types while nothing else wants it means the message, or with `?` the help. */
function shortcut(event) {
  if (event.defaultPrevented || isComposing(event) || isAsking()) return
  const { key, altKey, shiftKey, target } = event
  const pressed = [hasMod(event) && 'mod', altKey && 'alt', shiftKey && key !== '/' && 'shift', key.toLowerCase()]
  const action = COMBINATIONS[pressed.filter(Boolean).join(' ')]
  const types = key.length === 1 && key !== ' ' && !event.ctrlKey && !event.metaKey && !altKey && isIdle(target)
  if (action ?? (types && key === '?')) {
    event.preventDefault()
    if (action) action()
    else later('openHelp')(app)
  } else if (types) document.getElementById('message').focus()
}

/** Nothing there takes letters: also the small buttons below a message, which have the focus after their click. */
const isIdle = target => target === document.body || target.id === 'transcript' || target.matches('.action')

/** A file that is dropped anywhere or pasted goes into the message; it must not open in the place of the page, nor vanish without a word. */
function takeFiles(event) {
  const data = event.dataTransfer ?? event.clipboardData
  if (!data?.types.includes('Files') || (event.type === 'paste' && data.types.includes('text/plain'))) return
  event.preventDefault()
  if (event.type === 'dragover') return
  if (document.querySelector('dialog[open]')) app.tell('Close this first. No file was added.')
  else later('addFiles')(app, [...data.files])
}

for (const type of ['dragover', 'drop', 'paste']) document.addEventListener(type, takeFiles)
document.addEventListener('keydown', escape)
document.addEventListener('keydown', shortcut)
document.addEventListener('visibilitychange', seen)
addEventListener('focus', seen)
addEventListener('pagehide', () => app.chats.leave())
addEventListener('storage', ({ key }) => app.person.storageChanged(key))
listenForCopies(document.body)
onRoute(() => {
  app.route()
  if (matchMedia('(pointer: fine)').matches) focusMessage()
})
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', colourBars)
for (const query of [matchMedia('(prefers-color-scheme: dark)'), narrow]) query.addEventListener('change', changed)
for (const hint of ['online', 'offline', 'resize']) addEventListener(hint, changed)
setInterval(() => { if (app.countsDown) changed() }, 1_000)
setInterval(changed, 30_000) // how long ago things were

/** What was written into the page as it came, before this script was here, goes on in the page that it makes. */
function takeOver() {
  const { value, selectionStart, selectionEnd } = document.getElementById('message')
  root.replaceChildren()
  app.start()
  if (!value) return
  app.chat.draft = [app.chat.draft, value].filter(Boolean).join('\n')
  draw()
  const field = document.getElementById('message')
  const before = field.value.length - value.length
  field.setSelectionRange(before + selectionStart, before + selectionEnd)
}

takeOver()
colourBars()
if (matchMedia('(pointer: fine)').matches) focusMessage()
performance.mark('usable')
onRefused(() => app.refused())
loadRest()

/** No answer is shown before the field can be used. A connection that is gone for a moment must not leave half a page. */
async function loadRest() {
  const isAll = (await Promise.all([loadTexts(), load()])).every(Boolean)
  changed()
  if (isAll) parts.keepPush(app)
  if (!isAll) setTimeout(loadRest, LOAD_AGAIN_MS)
}
