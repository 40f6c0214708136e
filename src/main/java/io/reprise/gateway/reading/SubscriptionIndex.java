package io.reprise.gateway.reading;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The subscriptions of a gateway by number, by session and by receiver. Returned collections do not change later. */
final class SubscriptionIndex {
    private final Map<Long, Subscription> byNumber = new HashMap<>();
    private final Map<String, Set<Subscription>> bySession = new HashMap<>();

    /** In the order of their last answers, so that each gets its turn. */
    private final Map<Receiver, LinkedHashMap<String, Subscription>> byReceiver = new LinkedHashMap<>();

    void add(Subscription subscription) {
        byReceiver
                .computeIfAbsent(subscription.receiver(), receiver -> new LinkedHashMap<>())
                .put(subscription.session(), subscription);
        bySession
                .computeIfAbsent(subscription.session(), session -> new LinkedHashSet<>())
                .add(subscription);
        byNumber.put(subscription.number(), subscription);
    }

    void remove(Subscription subscription) {
        byNumber.remove(subscription.number());
        byReceiver.computeIfPresent(subscription.receiver(), (receiver, readings) -> {
            readings.remove(subscription.session());
            return readings.isEmpty() ? null : readings;
        });
        bySession.computeIfPresent(subscription.session(), (session, readers) -> {
            readers.remove(subscription);
            return readers.isEmpty() ? null : readers;
        });
    }

    /** The subscription has got a new number. */
    void renumber(long former, Subscription subscription) {
        byNumber.remove(former);
        byNumber.put(subscription.number(), subscription);
    }

    /** Moves the subscription after the others of its receiver. */
    void toTheEnd(Subscription subscription) {
        Map<String, Subscription> readings = byReceiver.get(subscription.receiver());
        readings.remove(subscription.session());
        readings.put(subscription.session(), subscription);
    }

    boolean holds(Subscription subscription) {
        return byNumber.get(subscription.number()) == subscription;
    }

    int count() {
        return byNumber.size();
    }

    /** Null if no subscription has this number. */
    Subscription of(long number) {
        return byNumber.get(number);
    }

    /** Null if the receiver does not read the session. */
    Subscription of(Receiver receiver, String session) {
        return readings(receiver).get(session);
    }

    int count(Receiver receiver) {
        return readings(receiver).size();
    }

    List<Subscription> of(Receiver receiver) {
        return List.copyOf(readings(receiver).values());
    }

    List<Subscription> of(String session) {
        return List.copyOf(bySession.getOrDefault(session, Set.of()));
    }

    List<Subscription> all() {
        return List.copyOf(byNumber.values());
    }

    List<Receiver> receivers() {
        return List.copyOf(byReceiver.keySet());
    }

    private Map<String, Subscription> readings(Receiver receiver) {
        Map<String, Subscription> readings = byReceiver.get(receiver);
        return readings == null ? Map.of() : readings;
    }
}
