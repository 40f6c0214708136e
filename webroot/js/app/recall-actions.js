/** What a person does with a reminder, at its chip or on the page of all of them. `recall`: { id, session, text, schedule, context, target }. */

/** Cancelled at once; the way back makes the same one anew. */
export async function cancelRecall(app, { id, session, text, schedule, context, target }, done = () => {}) {
  const cancelled = await app.attempt(() => app.api.cancelRecall(id))
  await done()
  const again = () => app.attempt(() => app.api.addRecall(session, { text, schedule, context, target })).then(done)
  if (cancelled) app.tell('Reminder cancelled', { calm: true, action: schedule ? { label: 'Undo', run: again } : null })
}

export async function skipRecall(app, { id }, done = () => {}) {
  await app.attempt(() => app.api.skipRecall(id))
  await done()
}

/** Paused until somebody resumes it; what it would have said meanwhile is not made up for. */
export async function pauseRecall(app, { id }, done = () => {}) {
  const paused = await app.attempt(() => app.api.pauseRecall(id))
  await done()
  const again = () => app.attempt(() => app.api.resumeRecall(id)).then(done)
  if (paused) app.tell('Reminder paused', { calm: true, action: { label: 'Undo', run: again } })
}

export async function resumeRecall(app, { id }, done = () => {}) {
  await app.attempt(() => app.api.resumeRecall(id))
  await done()
}
