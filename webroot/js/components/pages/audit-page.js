import { html } from '../../lib.js'
import { fullTime } from '../../words/times.js'
import { Records, TIMES, recordsView } from './records.js'

const ACTIONS = {
  'config.changed': 'Settings changed by the file',
  'config.reload': 'Settings file read again',
  'feedback.exported': 'Feedback exported',
  'feedback.listed': 'Feedback listed',
  'feedback.read': 'Chat around feedback read',
  'interrupt.accept': 'Question of a tool answered',
  'interrupt.approve': 'Call approved',
  'interrupt.cancel': 'Question of a tool dismissed',
  'interrupt.cancelled': 'Request for a decision dropped',
  'interrupt.decline': 'Question of a tool declined',
  'interrupt.edit': 'Call approved with changes',
  'interrupt.expired': 'Nobody decided in time',
  'interrupt.reject': 'Call rejected',
  'interrupt.respond': 'Call answered by a person',
  'job.change': 'Maintenance job changed',
  'job.run': 'Maintenance job requested',
  'job.stop': 'Maintenance job stopped',
  'secret.created': 'Secret made',
  'session.cleared': 'Chat cleared',
  'session.deleted': 'Chat deleted',
  'session.expired': 'Unused chat deleted',
  'session.stopped': 'Answer stopped by an administrator',
  'setting.changed': 'Setting changed',
  'user.erased': 'Person erased',
  'user.signed-in': 'Signed in',
  'user.signed-out': 'Signed out',
}
const FIELDS = {
  user: { label: 'Who', type: 'search', placeholder: 'Name of a user' },
  action: { label: 'What', type: 'search', placeholder: 'Such as job.run', known: ACTIONS },
  ...TIMES,
}

/** Who did what and when, for administrators. */
export class Audit extends Records {
  constructor(app) {
    super(app, '/audit', 'entries', FIELDS)
  }
}

export function page({ audit }) {
  const saved = format => () => audit.save(`audit.${format}`, { format })
  return recordsView(audit, {
    label: 'Entries to show',
    fields: FIELDS,
    saves: { 'Save as CSV': saved('csv'), 'Save as JSON lines': saved('jsonl') },
    reading: 'Reading the entries…',
    none: 'No entry matches.',
    earlier: 'Show earlier entries',
    key: ({ id }) => id,
    row,
  })
}

/** Actions on entries of the catalogue and the like say in their names what was done: `agent.created`. */
const wordsOf = action => ACTIONS[action] ?? action.charAt(0).toUpperCase() + action.slice(1).replaceAll(/[.-]/g, ' ')

const row = ({ at, user, action, session, target, detail }) => html`
  <div class="setting audit-entry">
    <span class="key">${wordsOf(action)}${target ? html` <span class="audit-target">${target}</span>` : nothing}</span>
    <time datetime=${at}>${fullTime(at)}</time>
    <p class="hint"><code>${action}</code> · ${user ?? 'The server'}${session ? `, in ${session}` : ''}${details(detail)}</p>
  </div>`

/** What is known besides, as `name: value`. */
function details(detail) {
  const words = Object.entries(detail).map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`)
  return words.length ? `; ${words.join(', ')}` : ''
}
