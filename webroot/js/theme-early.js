// Before the first paint, so that a chosen theme does not flash. A classic script: modules run later.
document.documentElement.dataset.theme = localStorage.getItem('reprise.theme') ?? 'auto'
