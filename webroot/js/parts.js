import { cancelRecall, pauseRecall, resumeRecall, skipRecall } from './app/recall-actions.js'
import { readArguments } from './chat/arguments.js'
import { keepPush, turnOff as turnPushOff } from './browser/push.js'
import { approval } from './components/composer/approval.js'
import { chooseModel, choices, mayChooseModel } from './components/composer/choices.js'
import { recalls } from './components/composer/recalls.js'
import { signInNote } from './components/composer/sign-in-note.js'
import { openHelp } from './components/help-dialog.js'
import { pickBar, pickKeys, pickRow } from './components/list/pick-list.js'
import { openSessionMenu } from './components/list/session-menu.js'
import { addFiles, chooseFiles, draftFiles, messageFiles } from './components/files/files.js'
import { titleField } from './components/list/title-field.js'
import { openNotifyDialog } from './components/pages/notify-dialog.js'
import { openRecallForm } from './components/pages/recall-form.js'
import { signInPage } from './components/sign-in-page.js'
import { showFound } from './components/transcript/found.js'
import { editMessage, messageEditor } from './components/transcript/message-editor.js'
import { rating } from './components/transcript/rating.js'
import { noteLine } from './components/transcript/note-line.js'
import { toolCard } from './components/transcript/tool-card.js'
import { RunningTime } from './components/transcript/tool-state.js'
import { openUserDialog } from './components/user-dialog.js'
import { arrivals, parts } from './later.js'
import { Picking } from './sessions/picking.js'
import { arrange, beginRename } from './sessions/session-actions.js'
import * as rules from './words/rule-words.js'

/**
 * Menus, dialogs, and what is seen later than the field for a message: loaded behind the page. What pages use, too, they find in
 * `parts`, as what is imported by both becomes part of the first script.
 */
arrivals.parts = () => {
  if (!customElements.get('running-time')) customElements.define('running-time', RunningTime)
  Object.assign(parts, {
    addFiles, approval, arrange, beginRename, cancelRecall, choices, chooseFiles, chooseModel, draftFiles, editMessage, keepPush, mayChooseModel, messageEditor, messageFiles, noteLine, openHelp, openNotifyDialog, openRecallForm,
    openSessionMenu, openUserDialog, pauseRecall, pickBar, pickKeys, Picking, pickRow, rating, readArguments, recalls, resumeRecall, rules, showFound, signInNote, signInPage, skipRecall, titleField, toolCard, turnPushOff,
  })
}
