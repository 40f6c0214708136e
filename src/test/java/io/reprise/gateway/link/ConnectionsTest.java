package io.reprise.gateway.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.gateway.limit.RateLimits;
import io.reprise.support.Current;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private static final int COUNT = 300;
    private static final int SPREAD_MS = 6_000;

    private final List<Long> waits = new ArrayList<>();
    private final Connections connections = new Connections(
            new ConnectionLimit(Current.always(COUNT)),
            new RateLimits(Current.always(Settings.defaults().limits()), () -> 0, limit -> {}));

    @Test
    void clients_of_a_server_that_stops_do_not_all_reconnect_at_once() {
        for (int i = 0; i < COUNT; i++) connections.tryAdd(new Waiting(), "10.0.0." + i);

        Future<Void> gone = connections.goAway(SPREAD_MS);

        assertThat(gone.succeeded()).isTrue();
        assertThat(waits).hasSize(COUNT).allSatisfy(ms -> assertThat(ms).isBetween(0L, SPREAD_MS - 1L));
        for (long from = 0; from < SPREAD_MS; from += SPREAD_MS / 3) {
            long begin = from;
            assertThat(waits.stream().filter(ms -> ms >= begin && ms < begin + SPREAD_MS / 3))
                    .as("in a third of the time, from %d ms on", begin)
                    .hasSizeBetween(COUNT / 10, COUNT / 2);
        }
    }

    private final class Waiting implements Connection {
        @Override
        public void tick() {}

        @Override
        public Future<Void> goAway(long afterMs) {
            waits.add(afterMs);
            return Future.succeededFuture();
        }
    }
}
