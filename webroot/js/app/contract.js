/** What every server of this protocol does; what only some do is named by the `features` of their `welcome`. */
const ALWAYS = ['search', 'rename', 'export', 'clear', 'fork', 'steer', 'arrange']

/** What a server offers that said this: a page has no control for what its server does not have. Nothing before it spoke. */
export const offersOf = welcome => Object.fromEntries(
  (welcome ? [...ALWAYS, ...welcome.features ?? []] : []).map(name => [name, true]))
