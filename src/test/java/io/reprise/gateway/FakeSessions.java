package io.reprise.gateway;

import io.reprise.message.Delivery;
import io.reprise.message.NodeMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A {@link FakeOwner} of all shards on a real event bus, on an event loop of its own. */
public final class FakeSessions extends VerticleBase {
    private static final long NUMBER = 7;

    /** Requests are answered late, as by a busy server. */
    private static final long ANSWER_MS = 50;

    public final Map<String, FakeOwner.Log> logs = new ConcurrentHashMap<>();
    private final int shards;
    private FakeOwner owner;

    FakeSessions(int shards) {
        this.shards = shards;
    }

    @Override
    public Future<?> start() {
        owner = new FakeOwner(
                NUMBER, logs, (gateway, delivery) -> vertx.eventBus().send(gateway, delivery));
        List<Future<Void>> listening = new ArrayList<>();
        for (int shard = 0; shard < shards; shard++) {
            listening.add(vertx.eventBus()
                    .consumer(
                            Addresses.shard(shard, NUMBER), (Message<ShardMessage> message) -> owner.on(message.body()))
                    .completion());
        }
        listening.add(vertx.eventBus()
                .consumer(Addresses.SHARD_OWNERS, (Message<NodeMessage> message) -> tell(message.body()))
                .completion());
        return Future.all(listening);
    }

    private void tell(NodeMessage asked) {
        if (!(asked instanceof NodeMessage.WhoOwns who)) return;
        vertx.setTimer(ANSWER_MS, timer -> {
            for (int shard = 0; shard < shards; shard++) {
                vertx.eventBus().send(who.gateway(), new Delivery.ShardOwned(shard, NUMBER, "n1"));
            }
        });
    }

    /** A session of this user with so many events. */
    public void put(String session, String user, long head) {
        logs.put(session, new FakeOwner.Log(user, head));
    }

    public void append(String session, int events) {
        on(fake -> {
            fake.append(session, events);
            return null;
        });
    }

    /** Runs on the owner's event loop and waits for it. */
    public <T> T on(Task<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(run -> {
            try {
                done.complete(task.run(owner));
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done.orTimeout(120, TimeUnit.SECONDS).join();
    }

    /** An action on the owner. */
    @FunctionalInterface
    public interface Task<T> {
        T run(FakeOwner owner);
    }
}
