package io.reprise.apikey;

import java.util.List;

/**
 * An API key of a user, without its secret. It never changes; it is used until it is removed or expires.
 *
 * @param id public, begins with {@code k_}
 * @param roles those of the user when the key was made, as far as its scope includes them
 * @param agents that it may use; empty: all
 * @param perMinute requests in a minute; 0: no limit of its own
 * @param perDay requests in a day (UTC); 0: no limit of its own
 * @param times milliseconds since 1970
 * @param usedToday requests of this day (UTC) that were recorded
 */
public record ApiKey(
        String id,
        String user,
        String name,
        KeyScope scope,
        List<String> roles,
        List<String> agents,
        int perMinute,
        int perDay,
        Times times,
        int usedToday) {
    public ApiKey {
        roles = List.copyOf(roles);
        agents = List.copyOf(agents);
    }

    /**
     * Times of a key.
     *
     * @param expiresMs from when it is not accepted; null: never
     * @param usedMs when it was used last, within some seconds; null: not yet
     */
    public record Times(long createdMs, Long expiresMs, Long usedMs) {}

    /** What a request or socket that brought the key may do. */
    public KeyGrant grant() {
        return new KeyGrant(id, scope, agents, perMinute, perDay);
    }
}
