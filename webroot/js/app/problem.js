/** What the server says about a request that it refused, as an error with `code`, `status`, and whether and when it may work (`retryable`, `afterMs`), and all reasons where there may be several (`problems`: [{ path, message }]). */
export async function problem(response) {
  const { code = 'internal', message, retryable = false, afterMs, problems } = await response.json().catch(() => ({}))
  const { status } = response
  return Object.assign(new Error(message ?? `The server answered ${status}.`), { code, status, retryable, afterMs, problems })
}
