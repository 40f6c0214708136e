package io.reprise.message.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.ShardMessage;
import io.reprise.testing.Rounds;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages between the verticles of a node. */
class NodeBusTest {
    private static final long SEED = Long.getLong("reprise.bus.seed", new Random().nextInt(1_000_000));
    private static final int PATIENCE_S = 120;

    private final Vertx vertx = Vertx.vertx();
    private final NodeBus bus = NodeBus.of(vertx);

    @BeforeEach
    void register() {
        BusCodec.register(vertx.eventBus());
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE_S, TimeUnit.SECONDS);
    }

    private static ShardMessage message(int sender, int number) {
        return new ShardMessage.RunBeatAnswer("s" + sender, "r", true, number);
    }

    /** A listener that collects on its own context until it has {@code count} messages. */
    private CompletableFuture<List<ShardMessage.RunBeatAnswer>> collect(int count, String... addresses)
            throws Exception {
        CompletableFuture<List<ShardMessage.RunBeatAnswer>> all = new CompletableFuture<>();
        List<ShardMessage.RunBeatAnswer> got = new ArrayList<>();
        listen(List.of(addresses), message -> {
            got.add((ShardMessage.RunBeatAnswer) message);
            if (got.size() == count) all.complete(List.copyOf(got));
        });
        return all;
    }

    private NodeBus.Listening listen(List<String> addresses, java.util.function.Consumer<ShardMessage> handler)
            throws Exception {
        CompletableFuture<NodeBus.Listening> listening = new CompletableFuture<>();
        Context context = vertx.getOrCreateContext();
        context.runOnContext(nothing -> {
            NodeBus.Listening mine = bus.listen(addresses, ShardMessage.class, handler);
            mine.begun().onSuccess(begun -> listening.complete(mine));
        });
        return listening.get(PATIENCE_S, TimeUnit.SECONDS);
    }

    @Test
    void every_message_of_every_sender_arrives_once_and_in_order() throws Exception {
        System.out.println("NodeBusTest seed " + SEED + " (-Dreprise.bus.seed=" + SEED + ")");
        int senders = 4;
        int each = Rounds.of(5_000, 200_000);
        var all = collect(senders * each, "a", "b");
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int sender = 0; sender < senders; sender++) {
            int mine = sender;
            Random random = new Random(SEED + sender);
            threads.add(Thread.ofPlatform().start(() -> {
                await(begin);
                for (int i = 0; i < each; i++) {
                    bus.send(random.nextBoolean() ? "a" : "b", message(mine, i));
                    if (random.nextInt(50) == 0) Thread.yield();
                }
            }));
        }

        begin.countDown();
        List<ShardMessage.RunBeatAnswer> got = all.get(PATIENCE_S, TimeUnit.SECONDS);

        Map<String, Integer> next = new HashMap<>();
        for (ShardMessage.RunBeatAnswer message : got) {
            assertThat(message.sent()).isEqualTo(next.getOrDefault(message.session(), 0));
            next.put(message.session(), message.sent() + 1);
        }
        assertThat(next).hasSize(senders);
        for (Thread thread : threads) thread.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_message_for_an_address_that_listens_only_on_the_event_bus_is_sent_there() throws Exception {
        CompletableFuture<Object> got = new CompletableFuture<>();
        vertx.eventBus()
                .consumer("elsewhere", message -> got.complete(message.body()))
                .completion()
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE_S, TimeUnit.SECONDS);

        bus.send("elsewhere", message(1, 7));

        assertThat(got.get(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(message(1, 7));
    }

    @Test
    void a_message_from_the_event_bus_arrives_at_a_listener_of_the_node() throws Exception {
        var all = collect(1, "a");

        vertx.eventBus().send("a", message(1, 7));

        assertThat(all.get(PATIENCE_S, TimeUnit.SECONDS)).containsExactly((ShardMessage.RunBeatAnswer) message(1, 7));
    }

    @Test
    void a_message_that_cannot_be_handled_does_not_keep_the_next_ones_from_their_listener() throws Exception {
        CompletableFuture<ShardMessage> second = new CompletableFuture<>();
        listen(List.of("a"), message -> {
            if (message.equals(message(1, 1))) throw new IllegalStateException("made to fail");
            second.complete(message);
        });

        bus.send("a", message(1, 1));
        bus.send("a", message(1, 2));

        assertThat(second.get(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(message(1, 2));
    }

    @Test
    void a_closed_listener_receives_nothing_more_and_its_address_can_be_reused() throws Exception {
        List<ShardMessage> first = new ArrayList<>();
        listen(List.of("a"), first::add).end();
        var second = collect(1, "a");

        bus.send("a", message(1, 7));

        assertThat(second.get(PATIENCE_S, TimeUnit.SECONDS)).hasSize(1);
        assertThat(first).isEmpty();
    }
}
