/** What settings of entries name, so that it can be chosen. */

const ALL = '*'

/** Settings that name something, by kind and path: a kind of entries, `tool` of the server itself, or `any-tool` also of MCP servers. */
const NAMES = {
  model: { provider: 'provider' },
  agent: {
    prompt: 'prompt', model: 'model', 'roles.title': 'model', 'roles.summary': 'model', fallbacks: 'model', mcpServers: 'mcp-server',
    tools: 'tool', approvals: 'any-tool',
  },
  middleware: { model: 'model', models: 'model', tools: 'any-tool', except: 'any-tool', always: 'any-tool' },
}

/** What a field names: a key of `names` of the entries; undefined for nothing. */
export const namedBy = (kind, path) => NAMES[kind]?.[path]

/** Names of tools by where they are used. `tools`: as the server lists them. */
export function namesOfTools(tools) {
  const used = tools.filter(({ used }) => used)
  const names = some => [...new Set(some.map(({ name }) => name))]
  return { tool: names(used.filter(({ source }) => source !== 'mcp')), 'any-tool': names(used) }
}

/** The lines of a field with one more name: one that stands for all is replaced by it. */
export function withName(draft, name) {
  const lines = linesOf(draft).filter(line => line !== ALL)
  return (lines.includes(name) ? lines : [...lines, name]).join('\n')
}

export const linesOf = draft => draft.split('\n').map(line => line.trim()).filter(Boolean)
