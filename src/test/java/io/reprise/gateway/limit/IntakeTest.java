package io.reprise.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.support.Current;
import io.reprise.testing.Seed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class IntakeTest {
    private static final long HEAP = 1L << 30;
    private static final int MESSAGE = 1_048_576;

    private final List<String> reached = new CopyOnWriteArrayList<>();

    @Test
    void each_address_and_the_node_have_a_limit() {
        Intake intake = intake("unreadBytesMax", "3000000", "addressUnreadBytesMax", "2000000");
        Intake.Held one = intake.held("192.0.2.1");
        Intake.Held other = intake.held("192.0.2.1");
        Intake.Held elsewhere = intake.held("192.0.2.2");

        assertThat(one.set(2_000_000)).isTrue();
        assertThat(other.set(1)).isFalse();
        assertThat(elsewhere.set(1_000_001)).isFalse();
        assertThat(elsewhere.set(1_000_000)).isTrue();
        assertThat(reached).containsExactly("address_unread_bytes", "unread_bytes");

        // A refused request holds no bytes, and a smaller one still fits
        assertThat(one.set(1_000_000)).isTrue();
        assertThat(other.set(1_000_000)).isTrue();
        assertThat(intake.heldBytes()).isEqualTo(3_000_000);
        for (Intake.Held held : List.of(one, other, elsewhere)) held.set(0);
        assertThat(intake.heldBytes()).isZero();
    }

    @Test
    void exempt_addresses_and_those_of_proxies_are_only_in_the_limits_of_all() {
        Intake intake = intake("httpConnectionsMax", "4", "addressHttpConnectionsMax", "1");

        assertThat(intake.connected("127.0.0.1")).isTrue();
        assertThat(intake.connected("127.0.0.1")).isTrue();
        assertThat(intake.connected(null)).isTrue();
        assertThat(intake.connected("192.0.2.1")).isTrue();
        assertThat(intake.connected(null)).isFalse();
        intake.disconnected(null);
        assertThat(intake.connected("192.0.2.1")).isFalse();
        assertThat(reached).containsExactly("http_connections", "address_http_connections");
        assertThat(intake.httpConnections()).isEqualTo(3);
    }

    @Test
    void only_some_refused_connections_are_answered_at_the_same_time() {
        Intake intake = intake("refusedConnectionsMax", "1");

        assertThat(intake.answers()).isTrue();
        assertThat(intake.answers()).isFalse();
        intake.answered();
        assertThat(intake.answers()).isTrue();
        assertThat(reached).containsExactly("refused_connections");
    }

    @Test
    void without_settings_the_heap_determines_the_limits() {
        Intake intake = intake();
        Intake.Held one = intake.held("192.0.2.1");
        assertThat(one.set(HEAP / 32)).isTrue();
        assertThat(one.set(HEAP / 32 + 1)).isFalse();
        assertThat(intake.held("127.0.0.1").set(HEAP / 8 - HEAP / 32)).isTrue();
        assertThat(intake.held("192.0.2.2").set(1)).isFalse();

        Intake small = new Intake(always(Settings.defaults(), MESSAGE), reached::add);
        assertThat(small.held("192.0.2.1").set(2 * MESSAGE))
                .as("two messages, however small the heap")
                .isTrue();
    }

    @Test
    void many_threads_never_exceed_the_limit_and_leave_no_count() throws Exception {
        Random random = Seed.random("IntakeTest");
        Settings settings =
                Settings.with(Map.of("limits.unreadBytesMax", "1048576", "limits.addressUnreadBytesMax", "1048576"));
        Intake intake = new Intake(always(settings, HEAP), limit -> {});
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Long>> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                long seed = random.nextLong();
                clients.add(threads.submit(() -> comeAndGo(intake, new Random(seed))));
            }
            // What one thread holds was accepted by all rules; others only add to it.
            for (Future<Long> client : clients) assertThat(client.get()).isLessThanOrEqualTo(1_048_576);
        }

        assertThat(intake.heldBytes()).isZero();
        assertThat(intake.held("192.0.2.1").set(1_048_576))
                .as("all of it is free")
                .isTrue();
    }

    /** The maximum that it held at any time. */
    private static long comeAndGo(Intake intake, Random random) {
        List<Intake.Held> own = new ArrayList<>();
        for (int i = 0; i < 4; i++) own.add(intake.held("192.0.2." + random.nextInt(3)));
        long[] holds = new long[own.size()];
        long most = 0;
        for (int i = 0; i < 20_000; i++) {
            int which = random.nextInt(own.size());
            long now = random.nextInt(600_000);
            if (own.get(which).set(now)) holds[which] = now;
            most = Math.max(most, LongStream.of(holds).sum());
        }
        own.forEach(held -> held.set(0));
        return most;
    }

    private Intake intake(String... overrides) {
        Map<String, String> byPath = new HashMap<>();
        for (int i = 0; i < overrides.length; i += 2) byPath.put("limits." + overrides[i], overrides[i + 1]);
        return new Intake(always(Settings.with(byPath), HEAP), reached::add);
    }

    private static Current<Intake.Limits> always(Settings settings, long heapBytes) {
        return Current.always(Intake.Limits.of(settings.limits(), MESSAGE, heapBytes));
    }
}
