package io.reprise.mcp.signin;

/**
 * What an MCP server is told about who asks, and whether that is there.
 *
 * @param present whether every secret to which the entry of the server refers exists; null unless it refers to some
 * @param people how many have signed in, at most {@link io.reprise.account.McpSignInStore#PEOPLE_MAX}; null unless people sign in, or while that cannot be read
 * @param you whether the person who looks has; null as above
 */
public record SignInState(Way way, Boolean present, Integer people, Boolean you) {
    /** What proves who asks. */
    public enum Way {
        /** The secrets of the entry, the same for everybody. */
        TOKEN,
        /** Each person signs in. */
        OAUTH,
        /** The token with which a person calls this server. */
        CALLER
    }
}
