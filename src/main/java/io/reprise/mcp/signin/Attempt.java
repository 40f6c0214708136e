package io.reprise.mcp.signin;

/**
 * A sign-in under way, sealed in the store.
 *
 * @param binding hash of what only the browser has that began it
 * @param verifier of PKCE
 * @param url of the MCP server
 * @param token the token endpoint
 * @param revoke empty if there is none
 * @param namesItself whether the way back must name the issuer
 * @param where the interrupt that it answers
 */
record Attempt(
        String binding,
        String verifier,
        String url,
        String resource,
        String scope,
        String issuer,
        String token,
        String revoke,
        boolean namesItself,
        String redirect,
        Client client,
        Waiting where) {
    /** Secrets do not get into logs. */
    @Override
    public String toString() {
        return "Attempt[" + url + "]";
    }
}
