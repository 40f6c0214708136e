/** What the server says about a request that it refused, as an error with `code` and `status`. */
export async function problem(response) {
  const { code = 'internal', message } = await response.json().catch(() => ({}))
  const { status } = response
  return Object.assign(new Error(message ?? `The server answered ${status}.`), { code, status })
}
