import { Audit, page as auditPage } from './components/pages/audit-page.js'
import { Agents, McpServers, Middleware, Models, NewProvider, page as catalogPage, Prompts, Providers } from './components/pages/catalog-page.js'
import { Feedback, feedbackPage } from './components/pages/feedback-page.js'
import { openHookForm } from './components/pages/hook-form.js'
import { Hooks, page as hooksPage } from './components/pages/hooks-page.js'
import { Jobs, page as jobsPage } from './components/pages/jobs-page.js'
import { Keys, keysPage } from './components/pages/keys-page.js'
import { Live, page as livePage } from './components/pages/live-page.js'
import { Memory, memoryPage } from './components/pages/memory-page.js'
import { page as remindersPage, Reminders } from './components/pages/reminders-page.js'
import { openSessionUsage } from './components/pages/session-usage.js'
import { page as settingsPage, Settings } from './components/pages/settings-page.js'
import { page as toolsPage, Tools } from './components/pages/tools-page.js'
import { Usage, UsageOfAll, usageOfAllPage, usagePage } from './components/pages/usage-page.js'
import { arrivals, parts } from './later.js'

/** The pages that stand in the place of the chat, by where the app keeps them: loaded when the first of them is opened. */
arrivals.pages = () => Object.assign(parts, {
  openHookForm,
  openSessionUsage,
  pages: {
    reminders: [Reminders, remindersPage],
    hooks: [Hooks, hooksPage],
    keys: [Keys, keysPage],
    memory: [Memory, memoryPage],
    usage: [Usage, usagePage],
    usageOfAll: [UsageOfAll, usageOfAllPage],
    audit: [Audit, auditPage],
    feedback: [Feedback, feedbackPage],
    jobs: [Jobs, jobsPage],
    live: [Live, livePage],
    settings: [Settings, settingsPage],
    providers: [Providers, catalogPage],
    newProvider: [NewProvider, catalogPage],
    models: [Models, catalogPage],
    prompts: [Prompts, catalogPage],
    agents: [Agents, catalogPage],
    middleware: [Middleware, catalogPage],
    mcpServers: [McpServers, catalogPage],
    tools: [Tools, toolsPage],
  },
})
