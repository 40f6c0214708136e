import { CommandError } from './commands.js'
import { problemOf } from './rest.js'

const NAME_CHARS_MAX = 255
const LOST = { code: 'unavailable', message: 'The connection was lost.', retryable: true }

/**
 * Uploads a file to a session, see `Client.upload`. `port`: base (of /api/v1), token(asked), fetch, XMLHttpRequest (undefined
 * where there is none, as in Node: then nothing is known before the end).
 */
export async function upload(port, session, file, { name = file.name ?? 'file', onProgress = () => {}, signal } = {}) {
  const url = `${port.base}/sessions/${encodeURIComponent(session)}/attachments?name=${encodeURIComponent(name.slice(-NAME_CHARS_MAX))}`
  for (let renew = false; ; renew = true) {
    const bearer = await port.token({ renew })
    signal?.throwIfAborted()
    const headers = { 'content-type': file.type || 'application/octet-stream', ...(bearer && { authorization: `Bearer ${bearer}` }) }
    const request = { url, headers, file, signal, onProgress }
    const { status, said } = await (port.XMLHttpRequest ? watched : plain)(port, request)
    if (status === 201) return partOf(said)
    if (status !== 401 || renew) throw new CommandError(problemOf(status, said))
  }
}

const partOf = ({ type: mediaType, ...its }) => ({ ...its, mediaType, type: mediaType.startsWith('image/') ? 'image' : 'file' })

/** With XMLHttpRequest, as fetch does not say how much of a body has gone. */
function watched({ XMLHttpRequest }, { url, headers, file, signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0)
    request.onload = () => resolve({ status: request.status, said: parsed(request.responseText) })
    request.onerror = () => reject(new CommandError(LOST))
    request.onabort = () => reject(signal.reason)
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    request.send(file)
  })
}

async function plain({ fetch }, { url, headers, file, signal, onProgress }) {
  const response = await fetch(url, { method: 'POST', headers, body: file, signal }).catch(error => {
    throw signal?.aborted ? signal.reason : new CommandError({ ...LOST, message: error.message })
  })
  onProgress(1)
  return { status: response.status, said: await response.json().catch(() => null) }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
