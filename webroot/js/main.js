import { App } from './app.js'
import { Autoscroll } from './autoscroll.js'
import { listenForCopies } from './clipboard.js'
import { autosize } from './components/composer.js'
import { shell } from './components/shell.js'
import { render } from './lib.js'
import { onRoute } from './route.js'

const root = document.getElementById('app')
const fineMedia = ['(prefers-color-scheme: dark)', '(max-width: 760px)']
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

const isAsking = () => document.querySelector('dialog[open]') !== null

/** Escape closes what is open, and else stops the answer. */
function escape(event) {
  if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented || isAsking()) return
  if (app.drawerOpen) {
    app.set({ drawerOpen: false })
    document.getElementById('open-drawer').focus()
  } else app.stop()
}

document.addEventListener('keydown', escape)
listenForCopies(document.body)
onRoute(() => {
  app.route()
  if (matchMedia('(pointer: fine)').matches) document.getElementById('message')?.focus()
})
for (const query of fineMedia) matchMedia(query).addEventListener('change', changed)
setInterval(() => { if (app.connection.state === 'waiting') changed() }, 1_000) // counts down in words

app.start()
draw()
if (matchMedia('(pointer: fine)').matches) document.getElementById('message').focus()
