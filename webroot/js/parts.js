import { Audit, page as auditPage } from './components/audit-page.js'
import { openHelp } from './components/help-dialog.js'
import { Hooks, page as hooksPage } from './components/hooks-page.js'
import { Jobs, page as jobsPage } from './components/jobs-page.js'
import { openNotifyDialog } from './components/notify-dialog.js'
import { pickBar, pickKeys, pickRow } from './components/pick-list.js'
import { openRecallForm } from './components/recall-form.js'
import { recalls } from './components/recalls.js'
import { page as remindersPage, Reminders } from './components/reminders-page.js'
import { openSessionMenu } from './components/session-menu.js'
import { titleField } from './components/title-field.js'
import { page as settingsPage, Settings } from './components/settings-page.js'
import { openUserDialog } from './components/user-dialog.js'
import { parts } from './later.js'
import { Picking } from './picking.js'
import { arrange, beginRename } from './session-actions.js'

Object.assign(parts, {
  arrange, Audit, auditPage, beginRename, Hooks, hooksPage, Jobs, jobsPage, openHelp, openNotifyDialog, openRecallForm, openSessionMenu, openUserDialog, pickBar, pickKeys, Picking, pickRow, recalls, Reminders,
  remindersPage, Settings, settingsPage, titleField,
})
