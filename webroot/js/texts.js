import { DocumentView } from './documents/document-view.js'
import { arrivals } from './later.js'
import { listenForActions } from './markdown/actions.js'
import { listenForCopiedFormulas } from './markdown/formulas.js'
import { listenForImages } from './markdown/images.js'
import { MarkdownText } from './markdown/markdown-text.js'

/** What shows Markdown, in answers and in documents: loaded behind the page. */
arrivals.texts = () => {
  customElements.define('markdown-text', MarkdownText)
  customElements.define('document-view', DocumentView)
  listenForActions(document.body)
  listenForCopiedFormulas()
  listenForImages()
}
