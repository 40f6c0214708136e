package io.reprise.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Symptom: after a cut of the network, a node did not learn who owns the shards until something else happened. Cause: the event
 * bus remembers who listens at an address for as long as it hears nothing else, and ignores that all may be out of date.
 */
class OthersAddressesTest {
    private static final RegistrationInfo LISTENER = new RegistrationInfo("node", 1, false);

    private final Map<String, List<RegistrationInfo>> told = new HashMap<>();
    private final OthersAddresses others = new OthersAddresses(new RegistrationListener() {
        @Override
        public void registrationsUpdated(RegistrationUpdateEvent event) {
            told.put(event.address(), event.registrations());
        }

        @Override
        public boolean wantsUpdatesFor(String address) {
            return address.equals("wanted");
        }
    });

    @Test
    void the_event_bus_forgets_all_that_it_asked_for() {
        others.ask("one");
        others.ask("two");

        others.registrationsLost();

        assertThat(told).isEqualTo(Map.of("one", List.of(), "two", List.of()));
    }

    @Test
    void what_it_has_forgotten_is_not_told_twice() {
        others.ask("one");
        others.forget();
        told.clear();
        others.ask("two");

        others.forget();

        assertThat(told).containsOnlyKeys("two");
    }

    @Test
    void news_reach_the_event_bus() {
        others.registrationsUpdated(new RegistrationUpdateEvent("one", List.of(LISTENER)));

        assertThat(told).isEqualTo(Map.of("one", List.of(LISTENER)));
        assertThat(others.wantsUpdatesFor("wanted")).isTrue();
        assertThat(others.wantsUpdatesFor("other")).isFalse();
    }

    @Test
    void what_the_event_bus_has_forgotten_by_itself_is_not_kept_for_ever() {
        others.ask("wanted");
        for (int i = 0; i < 20_000; i++) others.ask("shard." + i);

        others.forget();

        assertThat(told).containsKey("wanted").hasSizeLessThanOrEqualTo(10_000);
    }
}
