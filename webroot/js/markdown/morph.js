/**
 * Makes `from` look like `to` and keeps every node that can stay: a selection, a focus or a place that was scrolled to holds
 * while a text grows. Returns whether that was possible; if not, nothing is changed.
 */
export function morphed(from, to) {
  if (!isAlike(from, to)) return false
  morph(from, to)
  return true
}

const isAlike = (from, to) => from.nodeType === to.nodeType && from.nodeName === to.nodeName

function morph(from, to) {
  if (from.nodeType === Node.TEXT_NODE) return grow(from, to.data)
  if (from.isEqualNode(to)) return
  copyAttributes(from, to)
  const wanted = [...to.childNodes]
  wanted.forEach((child, i) => {
    const known = from.childNodes[i]
    if (!known) from.append(child)
    else if (isAlike(known, child)) morph(known, child)
    else known.replaceWith(child)
  })
  while (from.childNodes.length > wanted.length) from.lastChild.remove()
}

/** Text that is put behind leaves a selection as it is; a new text would end it. */
function grow(node, text) {
  if (text.startsWith(node.data)) {
    if (text.length > node.data.length) node.appendData(text.slice(node.data.length))
  } else node.data = text
}

function copyAttributes(from, to) {
  for (const { name, value } of to.attributes) if (from.getAttribute(name) !== value) from.setAttribute(name, value)
  for (const { name } of [...from.attributes]) if (!to.hasAttribute(name)) from.removeAttribute(name)
}
