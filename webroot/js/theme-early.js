// Before the first paint, so that neither a chosen theme nor a folded list flashes. A classic script: modules run later.
try {
  document.documentElement.dataset.theme = localStorage.getItem('reprise.theme') ?? 'auto'
  if (localStorage.getItem('reprise.list') === 'folded') document.documentElement.dataset.list = 'folded'
} catch { /* the browser keeps nothing: as the document says, the system's */ }
