package io.reprise.hook;

/**
 * A hook of a session.
 *
 * @param template of the messages that its calls become, see {@link HookTemplate}
 * @param secret sealed
 * @param enabled false: calls are refused
 * @param usedMs when the last call was accepted; null: never
 */
public record Hook(
        String id,
        String user,
        String session,
        String name,
        String template,
        byte[] secret,
        boolean enabled,
        long createdMs,
        Long usedMs) {}
