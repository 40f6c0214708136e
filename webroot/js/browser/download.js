const KEPT_MS = 60_000

/** Gives a file to the browser to keep. */
export function saveFile(blob, name) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS)
}

/** A title as the name of a file. */
export function fileName(title, ending) {
  const words = title.normalize('NFKC').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, 60)
  return `${words || 'chat'}.${ending}`
}
