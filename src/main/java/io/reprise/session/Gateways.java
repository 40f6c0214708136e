package io.reprise.session;

import io.reprise.message.Delivery;
import io.reprise.message.Reader;
import io.reprise.message.ShardMessage;
import io.reprise.session.effect.Input;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Keeps sessions and gateways in agreement about subscriptions, and forgets gateways that do not respond. */
final class Gateways {
    private final SessionHost host;
    private final Map<String, Long> heardMs = new HashMap<>();

    Gateways(SessionHost host) {
        this.host = host;
    }

    void heard(String gateway, long nowMs) {
        heardMs.put(gateway, nowMs);
    }

    /** Removes subscriptions that the gateway does not list, and returns the heads of the others. */
    Delivery.Heads beat(ShardMessage.GatewayBeat beat, long owner) {
        Map<String, Set<Long>> listed = beat.subscriptions().stream()
                .collect(Collectors.groupingBy(
                        ShardMessage.Subscribed::session,
                        LinkedHashMap::new,
                        Collectors.mapping(ShardMessage.Subscribed::subscription, Collectors.toSet())));
        retain(beat, listed);
        List<Delivery.Head> heads = new ArrayList<>();
        List<Long> unknown = new ArrayList<>();
        listed.forEach((session, subscriptions) -> {
            SessionEntry entry = host.entry(session);
            if (entry == null) {
                unknown.addAll(subscriptions);
            } else if (entry.isOpen()) {
                heads.add(new Delivery.Head(
                        session, entry.session().epoch(), entry.session().announcedHead()));
                subscriptions.stream()
                        .filter(number -> !entry.session().knows(new Reader(beat.gateway(), number)))
                        .forEach(unknown::add);
            }
        });
        return new Delivery.Heads(beat.shard(), owner, heads, unknown);
    }

    void forgetSilent(long sinceMs) {
        List<String> silent = heardMs.entrySet().stream()
                .filter(heard -> heard.getValue() < sinceMs)
                .map(Map.Entry::getKey)
                .toList();
        for (String gateway : silent) {
            heardMs.remove(gateway);
            host.dispatchAll(new Input.GatewayHas(gateway, Set.of()));
        }
    }

    private void retain(ShardMessage.GatewayBeat beat, Map<String, Set<Long>> listed) {
        for (SessionEntry entry : host.entries().ofShard(beat.shard())) {
            if (!entry.isOpen()) continue;
            if (!entry.session().isReadBy(beat.gateway())) continue;
            Set<Long> its = listed.getOrDefault(entry.id, Set.of());
            host.dispatch(entry, new Input.GatewayHas(beat.gateway(), its));
        }
    }
}
