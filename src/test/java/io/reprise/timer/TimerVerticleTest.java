package io.reprise.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.config.Settings;
import io.reprise.message.Delivery;
import io.reprise.message.NodeMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.ShardMessage.ExpireInterrupts;
import io.reprise.message.ShardMessage.Fire;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.BusCodec;
import io.reprise.message.bus.Sharding;
import io.reprise.support.Current;
import io.reprise.timer.DueStore.Expired;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The timer between a store that the test fills and an owner that the test plays. */
@Timeout(300)
class TimerVerticleTest {
    private static final long OWNER = 7;
    private static final String NODE = "n1";
    private static final String SESSION = "s_1";

    private final Vertx vertx = Vertx.vertx();
    private final FakeDueStore store = new FakeDueStore();
    private final List<Fire> fires = new CopyOnWriteArrayList<>();
    private final List<ExpireInterrupts> expiries = new CopyOnWriteArrayList<>();
    private final int shard = new Sharding(Settings.defaults().sessions().shards()).shardOf(SESSION);

    @BeforeEach
    void givenAnOwner() {
        BusCodec.register(vertx.eventBus());
        vertx.eventBus().<ShardMessage>consumer(Addresses.shard(shard, OWNER), told -> {
            if (told.body() instanceof Fire fire) fires.add(fire);
            if (told.body() instanceof ExpireInterrupts expire) expiries.add(expire);
        });
        vertx.eventBus()
                .<NodeMessage>consumer(
                        Addresses.SHARD_OWNERS,
                        asked -> vertx.eventBus()
                                .send(
                                        ((NodeMessage.WhoOwns) asked.body()).gateway(),
                                        new Delivery.ShardOwned(shard, OWNER, NODE)));
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    @Test
    void due_recalls_are_sent_to_the_owner_of_their_session() {
        store.due("rc_1", 1_000);

        deploy(Map.of("recalls.pollMs", "100"));

        await().until(() -> fires.contains(new Fire(SESSION, "rc_1", 1_000)));
    }

    @Test
    void only_what_is_due_in_shards_of_this_node_is_looked_for() {
        deploy(Map.of("recalls.pollMs", "100"));
        await().until(() -> store.shards.equals(List.of(shard)));

        int second = (shard + 1) % 64;
        publish(new Delivery.ShardOwned(second, 3, NODE));
        publish(new Delivery.ShardOwned((shard + 2) % 64, 3, "n2"));
        await().until(() -> store.shards.contains(second));
        publish(new Delivery.ShardOwned(shard, OWNER + 1, "n2"));
        await().until(() -> store.shards.equals(List.of(second)));
        publish(new Delivery.ShardOwned(second, 2, "n2"));
        int looks = store.looks.get();
        await().until(() -> store.looks.get() >= looks + 2);

        assertThat(store.shards).as("an outdated owner changes nothing").isEqualTo(List.of(second));
    }

    private void publish(Delivery news) {
        vertx.eventBus().publish(Addresses.SHARD_NEWS, news);
    }

    @Test
    void an_item_is_sent_again_only_while_it_stays_due() {
        store.due("rc_1", 1_000);
        deploy(Map.of("recalls.pollMs", "100"));

        await().until(() -> fires.size() >= 3);
        store.all.clear();
        int looks = store.looks.get();
        await().until(() -> store.looks.get() >= looks + 2);
        int told = fires.size();
        await().until(() -> store.looks.get() >= looks + 5);

        assertThat(fires).hasSize(told).allMatch(fire -> fire.recall().equals("rc_1"));
    }

    @Test
    void between_two_polls_an_item_is_sent_once_however_often_the_timer_is_woken() {
        store.due("rc_1", 1_000);
        deploy(Map.of("recalls.pollMs", "60000"));
        await().until(() -> fires.size() == 1);

        for (int i = 0; i < 20; i++) {
            int looks = store.looks.get();
            store.wake.run();
            await().until(() -> store.looks.get() > looks);
        }

        assertThat(fires).hasSize(1);
    }

    /**
     * Symptom: thousands of changed recalls wake the timer thousands of times, and each time it polled. Cause: a wake-
     * up
     * during a poll caused another poll immediately.
     */
    @Test
    void many_wake_ups_cause_few_polls() {
        deploy(Map.of("recalls.pollMs", "60000", "recalls.pauseMs", "1000"));
        await().until(() -> store.wake != null && store.looks.get() == 1);

        for (int i = 0; i < 10_000; i++) store.wake.run();
        store.due("rc_1", 1_000);
        await().until(() -> !fires.isEmpty());

        assertThat(store.looks.get()).isLessThanOrEqualTo(3);
    }

    /** Symptom: one error in a poll ended all polling. Cause: the poll counted as running forever. */
    @Test
    void polling_continues_after_a_failure() {
        store.faults.set(2);
        store.due("rc_1", 1_000);

        deploy(Map.of("recalls.pollMs", "100"));

        await().until(() -> !fires.isEmpty());
    }

    @Test
    void a_notification_finds_new_items_before_the_next_poll() {
        deploy(Map.of("recalls.pollMs", "60000"));
        await().until(() -> store.wake != null && store.looks.get() > 0);

        store.due("rc_new", 2_000);
        store.wake.run();

        await().until(() -> fires.contains(new Fire(SESSION, "rc_new", 2_000)));
    }

    @Test
    void it_wakes_by_itself_when_the_next_one_is_due() {
        store.nextInMs = 50;
        deploy(Map.of("recalls.pollMs", "60000"));
        await().until(() -> store.looks.get() > 0);

        store.due("rc_next", 3_000);

        await().until(() -> fires.contains(new Fire(SESSION, "rc_next", 3_000)));
    }

    @Test
    void more_than_a_batch_is_told_piece_by_piece() {
        for (int i = 0; i < 25; i++) store.due("rc_%02d".formatted(i), 1_000 + i);
        deploy(Map.of("recalls.pollMs", "60000", "recalls.batch", "10"));

        await().until(() -> fires.size() == 25);

        assertThat(fires).extracting(Fire::recall).doesNotHaveDuplicates();
        assertThat(store.largest.get()).isEqualTo(10);
    }

    @Test
    void an_unavailable_store_is_asked_again() {
        store.away = true;
        store.due("rc_1", 1_000);
        deploy(Map.of("recalls.pollMs", "100"));
        await().until(() -> store.looks.get() >= 3);
        assertThat(fires).isEmpty();

        store.away = false;

        await().until(() -> !fires.isEmpty());
    }

    @Test
    void a_session_is_told_once_that_its_interrupts_have_expired() {
        store.expired("i_1", 1_000);
        store.expired("i_2", 2_000);
        deploy(Map.of("recalls.pollMs", "60000"));
        await().until(() -> !expiries.isEmpty());

        for (int i = 1; i <= 20; i++) {
            int looks = store.expiryLooks.get();
            vertx.eventBus().publish(Addresses.SHARD_NEWS, new Delivery.ShardOwned((shard + 1) % 64, OWNER + i, NODE));
            await().until(() -> store.expiryLooks.get() > looks);
        }

        assertThat(expiries).containsExactly(new ExpireInterrupts(SESSION));
    }

    @Test
    void a_session_is_told_of_its_expired_interrupts_again_while_they_stay_open() {
        store.expired("i_1", 1_000);
        deploy(Map.of("recalls.pollMs", "100"));
        await().until(() -> expiries.size() >= 3);

        store.expired.clear();
        int looks = store.expiryLooks.get();
        await().until(() -> store.expiryLooks.get() >= looks + 2);
        int told = expiries.size();
        await().until(() -> store.expiryLooks.get() >= looks + 5);

        assertThat(expiries).hasSize(told);
    }

    @Test
    void it_wakes_by_itself_when_the_next_interrupt_expires() {
        store.nextExpiryInMs = 50;
        deploy(Map.of("recalls.pollMs", "60000"));
        await().until(() -> store.expiryLooks.get() > 0);

        store.expired("i_1", 1_000);

        await().until(() -> !expiries.isEmpty());
    }

    @Test
    void more_than_a_batch_of_interrupts_is_gone_through_piece_by_piece() {
        for (int i = 0; i < 25; i++) store.expired("i_" + i, 1_000 + i);
        store.expired.put(5_000L, new Expired(other(), "i_last", 5_000));
        deploy(Map.of("recalls.pollMs", "60000", "recalls.batch", "10"));

        await().until(() -> expiries.contains(new ExpireInterrupts(other())));

        assertThat(expiries).containsExactly(new ExpireInterrupts(SESSION), new ExpireInterrupts(other()));
    }

    /** Another session of the same shard. */
    private String other() {
        Sharding sharding = new Sharding(Settings.defaults().sessions().shards());
        return Stream.iterate(2, i -> i + 1)
                .map(i -> "s_" + i)
                .filter(id -> sharding.shardOf(id) == shard)
                .findFirst()
                .orElseThrow();
    }

    private void deploy(Map<String, String> settings) {
        Future<String> deployed =
                vertx.deployVerticle(new TimerVerticle(Current.always(Settings.with(settings)), store, NODE));
        await().until(deployed::isComplete);
        assertThat(deployed.succeeded()).isTrue();
    }

    private static final class FakeDueStore implements DueStore {
        final ConcurrentSkipListMap<Long, Due> all = new ConcurrentSkipListMap<>();
        final AtomicInteger looks = new AtomicInteger();
        final AtomicInteger faults = new AtomicInteger();
        final AtomicInteger largest = new AtomicInteger();
        volatile Runnable wake;
        volatile List<Integer> shards = List.of();
        volatile boolean away;
        volatile long nextInMs = -1;
        final ConcurrentSkipListMap<Long, Expired> expired = new ConcurrentSkipListMap<>();
        final AtomicInteger expiryLooks = new AtomicInteger();
        volatile long nextExpiryInMs = -1;

        void expired(String interrupt, long expiresAtMs) {
            expired.put(expiresAtMs, new Expired(SESSION, interrupt, expiresAtMs));
        }

        void due(String recall, long triggerAtMs) {
            all.put(triggerAtMs, new Due(SESSION, recall, triggerAtMs));
        }

        @Override
        public Future<Look<Due>> look(List<Integer> ofShards, Due after, int limit) {
            shards = ofShards;
            looks.incrementAndGet();
            if (faults.getAndUpdate(left -> Math.max(0, left - 1)) > 0) throw new IllegalStateException("a fault");
            if (away) return Future.failedFuture("away");
            List<Due> found = (after == null ? all : all.tailMap(after.triggerAtMs(), false))
                    .values().stream().limit(limit).toList();
            largest.accumulateAndGet(found.size(), Math::max);
            return Future.succeededFuture(new Look<>(found, nextInMs));
        }

        @Override
        public Future<Look<Expired>> expired(List<Integer> ofShards, Expired after, int limit) {
            expiryLooks.incrementAndGet();
            List<Expired> found = (after == null ? expired : expired.tailMap(after.expiresAtMs(), false))
                    .values().stream().limit(limit).toList();
            return Future.succeededFuture(new Look<>(found, nextExpiryInMs));
        }

        @Override
        public void watch(Runnable toWake) {
            wake = toWake;
        }

        @Override
        public Future<Void> close() {
            return Future.succeededFuture();
        }
    }
}
