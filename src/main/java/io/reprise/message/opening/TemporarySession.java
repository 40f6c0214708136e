package io.reprise.message.opening;

/**
 * A session that serves one request and is erased with it: no list, search, notice, webhook or push message names it. Its id
 * says so, because everything that concerns a session knows its id. The migration V46 repeats the prefix.
 */
public final class TemporarySession {
    private static final String PREFIX = "t_";

    private TemporarySession() {}

    /** @param random the rest of the id, unguessable */
    public static String id(String random) {
        return PREFIX + random;
    }

    public static boolean isMeant(String session) {
        return session.startsWith(PREFIX);
    }
}
