/** What shows Markdown, in answers and in documents: loaded behind the page. */
import './markdown/markdown-text.js'
import './documents/document-view.js'
