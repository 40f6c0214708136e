// Reads the capabilities of an agent from standard input and prints what AG-UI's types say against them: { faults }, with members
// that they do not have, which the types would let through, and members of a wrong type.
import { text } from 'node:stream/consumers'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(pathToFileURL(process.argv[2] + '/package.json'))
const { AgentCapabilitiesSchema } = require('@ag-ui/core/schemas')

const inner = schema => schema.unwrap ? inner(schema.unwrap()) : schema
function unknown(schema, value, path) {
  const { shape } = inner(schema)
  if (!shape) return []
  return Object.entries(value).flatMap(([key, its]) => shape[key] ? unknown(shape[key], its, `${path}.${key}`) : [`${path}.${key} is unknown`])
}

const capabilities = JSON.parse(await text(process.stdin))
const { success, error } = AgentCapabilitiesSchema.safeParse(capabilities)
console.log(JSON.stringify({ faults: [...(success ? [] : [error.message]), ...unknown(AgentCapabilitiesSchema, capabilities, '')] }))
