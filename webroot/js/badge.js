let shown = 0

/** How many chats have news, where somebody sees it who looks at something else: in the tab's icon, and on the app's. */
export function showNews(news) {
  if (news === shown) return
  shown = news
  document.querySelector('link[rel="icon"]').href = news ? '/icon-news.svg' : '/icon.svg'
  if (!navigator.setAppBadge) return
  const done = news ? navigator.setAppBadge(news) : navigator.clearAppBadge()
  done.catch(() => {}) // not every browser that has it lets a page do it
}
