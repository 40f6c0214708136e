import { hrefOfDocument } from '../browser/route.js'
import { plainText } from '../words/plain-text.js'

const DECISIONS = 'decisions/'
const FIRST = ['getting-started', 'page', 'recalls', 'approvals', 'attachments', 'configuration', 'rest', 'protocol', 'architecture', 'metrics', 'performance', 'glossary']

/** All documents, { name, title, about } each: first those in the order in which they are read, then the decisions. */
export function listOf(documents) {
  const isDecision = ({ name }) => name.startsWith(DECISIONS)
  const place = ({ name }) => FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length
  const others = documents.filter(document => !isDecision(document)).sort((a, b) => place(a) - place(b))
  const decisions = documents.filter(isDecision)
  return [
    heading('h1', 'Documents'), list(others),
    ...decisions.length ? [heading('h2', 'Decisions'), list(decisions)] : [],
  ]
}

const heading = (name, words) => Object.assign(document.createElement(name), { textContent: words })

function list(documents) {
  const list = document.createElement('ul')
  list.className = 'document-list'
  for (const { name, title, about } of documents) {
    const item = document.createElement('li')
    const link = Object.assign(document.createElement('a'), { href: hrefOfDocument(name), textContent: titleOf(name, title) })
    item.append(link)
    if (about && !name.startsWith(DECISIONS)) item.append(Object.assign(document.createElement('p'), { textContent: plainText(about) }))
    list.append(item)
  }
  return list
}

/** Decisions are known by their numbers. */
function titleOf(name, title) {
  const number = /^decisions\/(\d+)-/.exec(name)?.[1]
  return number ? `${number}: ${title.replace(/^\d+\. /, '')}` : title
}
