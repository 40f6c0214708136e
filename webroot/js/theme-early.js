// Before the first paint, so that a chosen theme does not flash. A classic script: modules run later.
try {
  document.documentElement.dataset.theme = localStorage.getItem('reprise.theme') ?? 'auto'
} catch { /* the browser keeps nothing: as the document says, the system's */ }
