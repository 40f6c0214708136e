package io.reprise.message;

import io.reprise.support.IdSource;

/**
 * Names of people who have not signed in. No token of a client may bear such a name: only the server's own cookie does.
 */
public final class AnonymousUsers {
    private static final String PREFIX = "anonymous:";

    private AnonymousUsers() {}

    /** A name that nobody has, and nobody can guess. */
    public static String next(IdSource ids) {
        return ids.next(PREFIX);
    }

    public static boolean isOne(String user) {
        return user.startsWith(PREFIX);
    }
}
