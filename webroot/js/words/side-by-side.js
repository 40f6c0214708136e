/** Lines beside each other: what was removed stands beside what came instead. */
export function sideBySide(lines) {
  const rows = []
  let removed = []
  let added = []
  const flush = () => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) rows.push({ before: removed[i] ?? null, after: added[i] ?? null, same: false })
    removed = []
    added = []
  }
  for (const { change, text } of lines) {
    if (change === 'removed') removed.push(text)
    else if (change === 'added') added.push(text)
    else {
      flush()
      rows.push({ before: text, after: text, same: true })
    }
  }
  flush()
  return rows
}
