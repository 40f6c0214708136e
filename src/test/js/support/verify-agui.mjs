// Reads runs, a JSON array of arrays of AG-UI events, from standard input; prints what AG-UI's own verifier says
// against them: a JSON array of null or a text for each.
import { text } from 'node:stream/consumers'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(pathToFileURL(process.argv[2] + '/package.json'))
const { verifyEvents } = require('@ag-ui/client')
const { EventSchemas } = require('@ag-ui/core/schemas')
const { from, lastValueFrom, toArray } = require('rxjs')

const verdict = async events => {
  try {
    for (const event of events) EventSchemas?.parse(event)
    const passed = await lastValueFrom(from(events).pipe(verifyEvents(false), toArray()))
    return passed.length === events.length ? null : `${events.length - passed.length} events did not pass`
  } catch (error) {
    return String(error.message ?? error)
  }
}

const runs = JSON.parse(await text(process.stdin))
console.log(JSON.stringify(await Promise.all(runs.map(verdict))))
