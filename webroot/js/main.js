import { App } from './app.js'
import { Autoscroll } from './autoscroll.js'
import { listenForCopies } from './clipboard.js'
import { autosize } from './components/composer.js'
import { shell } from './components/shell.js'
import { render } from './lib.js'
import { afterRender, focusMessage } from './render.js'
import { onRoute } from './route.js'

const root = document.getElementById('app')
const lookMedia = ['(prefers-color-scheme: dark)', '(max-width: 760px)']
let frame = null

/** However much arrives, the page is rendered at most once per animation frame. */
function changed() {
  frame ??= requestAnimationFrame(() => {
    frame = null
    draw()
  })
}

const scroll = new Autoscroll(changed)
const app = new App(changed)

function draw() {
  if (app.stick) scroll.follow()
  app.stick = false
  render(shell(app, scroll), root)
  autosize()
  scroll.rendered(document.getElementById('transcript'), app.chat)
  document.title = app.chat.id ? `${app.title} · Reprise` : 'Reprise'
}

function seen() {
  if (document.visibilityState === 'visible') app.seen()
}

const isAsking = () => document.querySelector('dialog[open]') !== null

/** Escape closes what is open, and else stops the answer. */
function escape(event) {
  if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented || isAsking()) return
  if (app.drawerOpen) {
    app.set({ drawerOpen: false })
    afterRender(() => document.getElementById('open-drawer').focus()) // until then it is behind the drawer
  } else app.stop()
}

/** Ctrl+Shift+O begins a chat, and who types while nothing else wants it means the message. */
function shortcut(event) {
  if (event.defaultPrevented || event.isComposing || isAsking()) return
  const { key, ctrlKey, metaKey, altKey, shiftKey, target } = event
  if ((ctrlKey || metaKey) && shiftKey && key.toLowerCase() === 'o') {
    event.preventDefault()
    app.openNew()
  } else if (key.length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey && isIdle(target)) {
    document.getElementById('message').focus()
  }
}

const isIdle = target => target === document.body || target.id === 'transcript'

document.addEventListener('keydown', escape)
document.addEventListener('keydown', shortcut)
document.addEventListener('visibilitychange', seen)
addEventListener('focus', seen)
addEventListener('storage', event => app.storageChanged(event.key))
listenForCopies(document.body)
onRoute(() => {
  app.route()
  if (matchMedia('(pointer: fine)').matches) focusMessage()
})
for (const query of lookMedia) matchMedia(query).addEventListener('change', changed)
setInterval(() => { if (app.connection.state === 'waiting') changed() }, 1_000) // counts down in words
setInterval(changed, 30_000) // how long ago things were

app.start()
draw()
if (matchMedia('(pointer: fine)').matches) focusMessage()
