import { html } from '../../lib.js'

const TODOS = 'write_todos'
const TODO_STATES = { pending: 'To do', in_progress: 'In progress', completed: 'Done' }

export const todoBrief = todos => `${todos.filter(({ status }) => status === 'completed').length} of ${todos.length} done`

/** What is to do, where a model keeps a list of it; null otherwise. */
export function todosOf({ name, arguments: json }) {
  if (name !== TODOS) return null
  try {
    const { todos } = JSON.parse(json)
    return Array.isArray(todos) && todos.every(todo => typeof todo?.content === 'string') ? todos : null
  } catch {
    return null // not whole yet
  }
}

export const todoList = todos => html`
  <ul class="todos">${todos.map(({ content, status }) => html`
    <li class=${status in TODO_STATES ? status : 'pending'}><span class="off-screen">${TODO_STATES[status] ?? TODO_STATES.pending}: </span><span dir="auto">${content}</span></li>`)}</ul>`
