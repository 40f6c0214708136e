package io.reprise.mcp.signin;

/**
 * An interrupt that goes on when its person has signed in.
 *
 * @param session null if nothing waits
 * @param interrupt null if nothing waits
 */
public record Waiting(String session, String interrupt) {
    public static final Waiting NOTHING = new Waiting(null, null);
}
