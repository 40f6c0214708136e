import { brief } from '../../chat/json.js'
import { heldKey } from '../../chat/tool-groups.js'
import { parts } from '../../later.js'
import { html, nothing } from '../../lib.js'
import { decisionWords } from '../../words/words.js'
import * as icons from '../icons.js'
import { todoBrief, todosOf } from './todos.js'
import { toolBody } from './tool-body.js'
import { groupLine } from './tool-group.js'
import { stateOf, toolState } from './tool-state.js'
import { toBackground } from './to-background.js'
import { waitingForClient } from './waiting-for-client.js'

/** A call, or the line for a group of calls before its first one. `row`: { item, asked, group, calls, ... }, see rows.js and tool-groups.js. */
export function toolCard(app, row) {
  if (row.asked) return parts.approval(app, row)
  return html`${row.calls ? groupLine(app, row) : nothing}${row.group === 'folded' ? nothing : card(app, row)}`
}

function card(app, row) {
  const { item, group } = row
  const todos = todosOf(item)
  return html`
    <details class="tool-card ${stateOf(row)} ${group ? 'grouped' : ''}" ?open=${todos && stateOf(row) === 'done'}
      @focusin=${event => hold(app, row, event.currentTarget)} @focusout=${event => hold(app, row, event.currentTarget, event.relatedTarget)}
      @toggle=${event => hold(app, row, event.currentTarget)}>
      <summary>
        ${icons.tool()}
        <span class="tool-name" title=${item.name}>${item.subagent?.name ?? item.name}</span>
        <code class="tool-brief">${todos ? todoBrief(todos) : brief(item.arguments)}</code>
        ${toolState(row)}
        ${icons.chevron()}
        ${item.decision ? html`<span class="tool-decision">${decisionWords(item.decision, app.auth.user)}</span>` : nothing}
      </summary>
      <div class="tool-body">${toolBody(item, todos, item.state === 'done')}</div>
    </details>${item.result?.files ? parts.messageFiles?.(app, item.result.files) : nothing}${row.pending ? waitingForClient(app) : toBackground(app, item)}`
}

/** What somebody opened or has the focus is not put away; a list of what is to do is open by itself. */
function hold({ openGroups }, { item }, details, focused = document.activeElement) {
  if ((details.open && !todosOf(item)) || details.contains(focused)) openGroups.add(heldKey(item.key))
  else openGroups.delete(heldKey(item.key))
}
