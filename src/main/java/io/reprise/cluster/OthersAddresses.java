package io.reprise.cluster;

import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the event bus of this node remembers of who listens at an address. The event bus remembers it for as long as no news
 * comes, and ignores that all may be out of date; news is lost while a cut of the network ends. So this one remembers for
 * which addresses the event bus asked, and lets it forget them. Thread-safe.
 */
final class OthersAddresses implements RegistrationListener {
    /** Then those are left out that the event bus has forgotten by itself. */
    private static final int ASKED_MAX = 10_000;

    private final RegistrationListener bus;
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    OthersAddresses(RegistrationListener bus) {
        this.bus = bus;
    }

    /** The event bus asks who listens at the address, and will remember it. */
    void ask(String address) {
        asked.add(address);
        if (asked.size() > ASKED_MAX) asked.removeIf(known -> !bus.wantsUpdatesFor(known));
    }

    /** The event bus asks again when it sends something to an address. */
    void forget() {
        for (String address : asked) {
            asked.remove(address);
            bus.registrationsUpdated(new RegistrationUpdateEvent(address, List.of()));
        }
    }

    @Override
    public void registrationsUpdated(RegistrationUpdateEvent event) {
        bus.registrationsUpdated(event);
    }

    @Override
    public void registrationsLost() {
        bus.registrationsLost();
        forget();
    }

    @Override
    public boolean wantsUpdatesFor(String address) {
        return bus.wantsUpdatesFor(address);
    }
}
