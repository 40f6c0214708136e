/** What a text in Markdown says, without its marks: for titles, lists and notifications, where nothing is rendered. */
export function plainText(markdown) {
  return markdown
    .replace(/^ {0,3}(?:```|~~~).*$/gm, '')
    .replace(/^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,3}[.)]\s+)+/gm, '')
    .replace(/!?\[([^[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)/g, '$1')
    .replace(/(`+)(.+?)\1/g, '$2')
    .replace(/(\*{1,3}|~~)(?=[^\s*~])(.+?)(?<=[^\s*~])\1/g, '$2')
    .replace(/(?<!\w)(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_])\1(?!\w)/g, '$2')
    .replace(/(?<=^|\s)(?:\*\*|~~)(?=\S)|(?<=\S)(?:\*\*|~~)(?=$|[\s.,;:!?…])/g, '') // what a cut has left without its other half
}
