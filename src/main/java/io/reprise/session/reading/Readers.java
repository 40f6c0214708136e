package io.reprise.session.reading;

import io.reprise.message.Reader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The subscriptions to a session, by gateway. Each is either pulling or live. */
public final class Readers {
    private final Map<String, Map<Long, Boolean>> liveByGateway = new LinkedHashMap<>();

    boolean isEmpty() {
        return liveByGateway.isEmpty();
    }

    int count() {
        return liveByGateway.values().stream().mapToInt(Map::size).sum();
    }

    boolean knows(Reader reader) {
        return of(reader.gateway()).containsKey(reader.subscription());
    }

    void pulling(Reader reader) {
        put(reader, false);
    }

    void live(Reader reader) {
        put(reader, true);
    }

    void clear() {
        liveByGateway.clear();
    }

    void remove(Reader reader) {
        liveByGateway.computeIfPresent(reader.gateway(), (gateway, its) -> {
            its.remove(reader.subscription());
            return its.isEmpty() ? null : its;
        });
    }

    /** Removes the gateway's subscriptions that are not in this set. */
    void retain(String gateway, Set<Long> subscriptions) {
        Map<Long, Boolean> its = liveByGateway.get(gateway);
        if (its == null) return;
        its.keySet().retainAll(subscriptions);
        if (its.isEmpty()) liveByGateway.remove(gateway);
    }

    Set<String> gateways() {
        return Set.copyOf(liveByGateway.keySet());
    }

    /** The gateways with at least one live subscription. */
    Set<String> liveGateways() {
        Set<String> found = new HashSet<>();
        liveByGateway.forEach((gateway, its) -> {
            if (its.containsValue(true)) found.add(gateway);
        });
        return found;
    }

    private void put(Reader reader, boolean live) {
        liveByGateway
                .computeIfAbsent(reader.gateway(), gateway -> new HashMap<>())
                .put(reader.subscription(), live);
    }

    private Map<Long, Boolean> of(String gateway) {
        return liveByGateway.getOrDefault(gateway, Map.of());
    }
}
