package io.reprise.apikey;

import java.util.List;

/**
 * What somebody may do who has brought an API key.
 *
 * @param key its id
 * @param agents that may be used; empty: all
 * @param perMinute requests in a minute; 0: no limit
 * @param perDay requests in a day (UTC); 0: no limit
 */
public record KeyGrant(String key, KeyScope scope, List<String> agents, int perMinute, int perDay) {
    public KeyGrant {
        agents = List.copyOf(agents);
    }
}
