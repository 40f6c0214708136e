package io.reprise.cluster;

import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The addresses at which this node listens for other nodes, whatever these know of them. Thread-safe. */
final class OwnAddresses {
    /** By address and registration, whether the other nodes have been told of it. */
    private final Map<String, Map<RegistrationInfo, Boolean>> all = new ConcurrentHashMap<>();

    /** Listens from now on; {@link #told} follows. */
    void add(String address, RegistrationInfo listener) {
        all.compute(address, (known, listeners) -> {
            Map<RegistrationInfo, Boolean> its = listeners == null ? new ConcurrentHashMap<>() : listeners;
            its.put(listener, false);
            return its;
        });
    }

    /** The others were told of it, or should have been. */
    void told(String address, RegistrationInfo listener) {
        Map<RegistrationInfo, Boolean> listeners = all.get(address);
        if (listeners != null) listeners.replace(listener, true);
    }

    void remove(String address, RegistrationInfo listener) {
        all.computeIfPresent(address, (known, listeners) -> {
            listeners.remove(listener);
            return listeners.isEmpty() ? null : listeners;
        });
    }

    boolean has(String address, RegistrationInfo listener) {
        return all.getOrDefault(address, Map.of()).containsKey(listener);
    }

    List<String> addresses() {
        return List.copyOf(all.keySet());
    }

    /**
     * Those that the others were told of and do not know.
     *
     * @param known what they know of the address
     */
    List<RegistrationInfo> missing(String address, Collection<RegistrationInfo> known) {
        return all.getOrDefault(address, Map.of()).entrySet().stream()
                .filter(listener -> listener.getValue() && !known.contains(listener.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
