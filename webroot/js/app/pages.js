/** The pages that stand in the place of the chat, by their address: where the app keeps them, and what they are called. */
export const PAGES = {
  reminders: { field: 'reminders', type: 'Reminders', view: 'remindersPage', title: 'Reminders', heading: 'Your reminders' },
  hooks: { field: 'hooks', type: 'Hooks', view: 'hooksPage', title: 'Hooks', heading: 'Hooks and webhooks' },
  memory: { field: 'memory', type: 'Memory', view: 'memoryPage', title: 'Memory', heading: 'What agents remember about you' },
  usage: { field: 'usage', type: 'Usage', view: 'usagePage', title: 'Usage', heading: 'What models were used for' },
  'admin/usage': { field: 'usageOfAll', type: 'UsageOfAll', view: 'usageOfAllPage', title: 'Usage', heading: 'What models were used for' },
  'admin/audit': { field: 'audit', type: 'Audit', view: 'auditPage', title: 'Audit log', heading: 'Audit log' },
  'admin/jobs': { field: 'jobs', type: 'Jobs', view: 'jobsPage', title: 'Jobs', heading: 'Jobs' },
  'admin/live': { field: 'live', type: 'Live', view: 'livePage', title: 'Live', heading: 'The server at the moment' },
  'admin/settings': { field: 'settings', type: 'Settings', view: 'settingsPage', title: 'Settings', heading: 'Settings' },
  'admin/providers': { field: 'providers', type: 'Providers', view: 'catalogPage', title: 'Providers', heading: 'Providers' },
  'admin/models': { field: 'models', type: 'Models', view: 'catalogPage', title: 'Models', heading: 'Models' },
  'admin/prompts': { field: 'prompts', type: 'Prompts', view: 'catalogPage', title: 'Prompts', heading: 'Prompts' },
  'admin/agents': { field: 'agents', type: 'Agents', view: 'catalogPage', title: 'Agents', heading: 'Agents' },
  'admin/middleware': { field: 'middleware', type: 'Middleware', view: 'catalogPage', title: 'Middleware', heading: 'Middleware' },
  'admin/mcp-servers': { field: 'mcpServers', type: 'McpServers', view: 'catalogPage', title: 'MCP servers', heading: 'MCP servers' },
  'admin/tools': { field: 'tools', type: 'Tools', view: 'toolsPage', title: 'Tools', heading: 'Tools' },
}
