import { shared } from './storage.js'

const FOLD = 'reprise.list'
const root = document.documentElement

/** Whether the list of chats is folded away, where there is room for it; theme-early.js says so before the first paint. */
export const isFolded = () => root.dataset.list === 'folded'

export function fold(folded) {
  if (folded) root.dataset.list = 'folded'
  else delete root.dataset.list
  if (folded) shared.setItem(FOLD, 'folded')
  else shared.removeItem(FOLD)
}
