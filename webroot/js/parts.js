import { recalls } from './components/composer/recalls.js'
import { openHelp } from './components/help-dialog.js'
import { pickBar, pickKeys, pickRow } from './components/list/pick-list.js'
import { openSessionMenu } from './components/list/session-menu.js'
import { titleField } from './components/list/title-field.js'
import { Audit, page as auditPage } from './components/pages/audit-page.js'
import { Hooks, page as hooksPage } from './components/pages/hooks-page.js'
import { Jobs, page as jobsPage } from './components/pages/jobs-page.js'
import { Live, page as livePage } from './components/pages/live-page.js'
import { openNotifyDialog } from './components/pages/notify-dialog.js'
import { openRecallForm } from './components/pages/recall-form.js'
import { page as remindersPage, Reminders } from './components/pages/reminders-page.js'
import { page as settingsPage, Settings } from './components/pages/settings-page.js'
import { openUserDialog } from './components/user-dialog.js'
import { parts } from './later.js'
import { Picking } from './sessions/picking.js'
import { arrange, beginRename } from './sessions/session-actions.js'

Object.assign(parts, {
  arrange, Audit, auditPage, beginRename, Hooks, hooksPage, Jobs, jobsPage, Live, livePage, openHelp, openNotifyDialog, openRecallForm, openSessionMenu, openUserDialog, pickBar, pickKeys, Picking, pickRow, recalls, Reminders,
  remindersPage, Settings, settingsPage, titleField,
})
