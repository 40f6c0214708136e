import { isMoved } from '../../browser/keep-focus.js'

/**
 * The list is one stop of the tab key: the row that has the focus, or else the open chat. That is set when the focus
 * moves, and not by the rendering, which comes later than the next key may.
 */
export function setTabStop(app) {
  const list = document.querySelector('.session-list')
  if (!list) return
  const id = app.lists.tabStop
  const stop = id ? list.querySelector(`[data-session="${CSS.escape(id)}"] > a`) : null
  for (const former of list.querySelectorAll('.session > a[tabindex="0"]')) if (former !== stop) former.tabIndex = -1
  if (stop) stop.tabIndex = 0
}

/** Who comes back later begins at the open chat again. */
export function stopAt({ type, target, relatedTarget, currentTarget }, app) {
  if (isMoved()) return
  const focused = type === 'focusin' ? target : relatedTarget
  const row = currentTarget.contains(focused) ? focused.closest('.session') : null
  app.lists.stop = row?.dataset.session ?? null
  setTabStop(app)
}
