package io.reprise.catalog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An entry as it was saved, not yet checked.
 *
 * @param version 1 for the first; each change of the entry adds one
 * @param body its settings as JSON values: maps, lists, strings, numbers and booleans
 * @param by who has saved it; null for entries of files and settings
 * @param atMs when it was saved
 * @param revision the number of the change of the database that has touched it last: a new version, or another status of a version
 *     of a prompt; 0 for entries of files and settings
 */
public record Entry(
        EntryKey key, Origin origin, long version, Map<String, Object> body, String by, long atMs, long revision) {
    public Entry {
        body = Collections.unmodifiableMap(new LinkedHashMap<>(body));
    }

    /** Not stored yet. */
    public Entry(EntryKey key, Origin origin, long version, Map<String, Object> body, String by, long atMs) {
        this(key, origin, version, body, by, atMs, 0);
    }

    /** Whether it is marked as the default model. */
    public boolean isStandard() {
        return key.kind() == Kind.MODEL && Boolean.TRUE.equals(body.get("default"));
    }

    /** The same entry without the mark of the default model. */
    Entry withoutStandard() {
        Map<String, Object> other = new LinkedHashMap<>(body);
        other.remove("default");
        return new Entry(key, origin, version, other, by, atMs);
    }

    /** Whether an entry of the database with the same name takes its place: what the server brings along. */
    public boolean isReplaceable() {
        return origin == Origin.SETTINGS && (key.kind() == Kind.AGENT || key.kind() == Kind.PROMPT);
    }
}
