package io.reprise.mcp.signin;

/**
 * Tokens of a user for one MCP server, sealed in the store.
 *
 * @param refresh null if there is none
 * @param endsMs when the access token ends; 0 if that is not known
 * @param url of the server that they may be sent to
 * @param token the token endpoint
 * @param revoke empty if there is none
 */
record Tokens(
        String access,
        String refresh,
        long endsMs,
        String url,
        String resource,
        String scope,
        String issuer,
        String token,
        String revoke,
        String redirect,
        Client client) {
    Tokens renewed(String newAccess, String newRefresh, long newEndsMs) {
        return new Tokens(
                newAccess,
                newRefresh == null ? refresh : newRefresh,
                newEndsMs,
                url,
                resource,
                scope,
                issuer,
                token,
                revoke,
                redirect,
                client);
    }

    /** Secrets do not get into logs. */
    @Override
    public String toString() {
        return "Tokens[" + url + "]";
    }
}
