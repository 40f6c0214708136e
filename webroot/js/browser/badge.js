const own = new Map() // by link: the address of its usual icon
let shown = 0

/** How many chats have news, where somebody sees it who looks at something else: in the tab's icon, and on the app's. */
export function showNews(news) {
  if (news === shown) return
  shown = news
  for (const link of document.querySelectorAll('link[rel="icon"]')) { // browsers differ in which of them they show
    if (!own.has(link)) own.set(link, link.getAttribute('href'))
    link.href = news ? '/icon-news.svg' : own.get(link)
  }
  if (!navigator.setAppBadge) return
  const done = news ? navigator.setAppBadge(news) : navigator.clearAppBadge()
  done.catch(() => {}) // not every browser that has it lets a page do it
}
