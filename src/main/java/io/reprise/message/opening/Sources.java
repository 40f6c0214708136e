package io.reprise.message.opening;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the metadata of a session names the session that it was forked from, or whose recall made it. Only the server
 * decides which session that is, and it must be able to take it back when that session is erased.
 */
public final class Sources {
    private static final List<String> NAMES = List.of("forkedFrom", "recalledFrom");
    private static final String SESSION = "session";

    private Sources() {}

    /** The session that is named, or null. */
    public static String of(Map<String, Object> metadata) {
        if (metadata == null) return null;
        for (String name : NAMES) {
            if (metadata.get(name) instanceof Map<?, ?> from && from.get(SESSION) instanceof String session)
                return session;
        }
        return null;
    }

    /** The metadata without the session that it names; null stays null. */
    public static Map<String, Object> without(Map<String, Object> metadata) {
        if (metadata == null) return null;
        Map<String, Object> all = new LinkedHashMap<>(metadata);
        for (String name : NAMES) {
            if (!(all.get(name) instanceof Map<?, ?> from)) continue;
            Map<Object, Object> rest = new LinkedHashMap<>(from);
            rest.remove(SESSION);
            all.put(name, rest);
        }
        return all;
    }
}
