package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** People who talk at the same time, each in one conversation, until they are told to stop. */
public final class Conversations implements AutoCloseable {
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<MovingClient> clients = new ArrayList<>();
    private final List<Future<?>> talks = new ArrayList<>();
    private volatile boolean over;

    /** @param next what somebody says next */
    public Conversations(Nodes nodes, int many, String user, Random random, Function<Random, String> next) {
        for (int i = 0; i < many; i++) clients.add(new MovingClient(nodes, user, new Random(random.nextLong())));
        for (MovingClient client : clients) talks.add(begin(client, new Random(random.nextLong()), next));
    }

    private Future<?> begin(MovingClient client, Random random, Function<Random, String> next) {
        Callable<Void> talk = () -> {
            while (!over) {
                client.say(next.apply(random));
                if (random.nextInt(4) > 0) client.awaitAll(); // Else the next message waits for the run.
            }
            client.awaitAll();
            return null;
        };
        return threads.submit(talk);
    }

    public List<MovingClient> clients() {
        return clients;
    }

    /** Fails if somebody could not go on. */
    public void assertAllTalk() {
        for (Future<?> talk : talks) assertThat(talk.isDone()).as("%s", talk).isFalse();
    }

    /** Waits until everybody has their last answer; returns the logs, in which nothing is lost. */
    public List<StoredLog> end() {
        over = true;
        for (Future<?> talk : talks) {
            try {
                talk.get();
            } catch (ExecutionException failure) {
                throw new AssertionError(failure.getCause());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        return clients.stream().map(MovingClient::assertNothingLost).toList();
    }

    /** Recalls of the sessions that are due after this time, made at any node; those whose making was answered. */
    public static void recall(Nodes nodes, Random random, String user, String session, long afterMs, String text) {
        JsonObject body = new JsonObject()
                .put("text", text)
                .put("schedule", new JsonObject().put("kind", "delay").put("afterMs", afterMs));
        ServerProcess node = nodes.any(random);
        node.call("POST", "/api/v1/sessions/" + session + "/recalls", node.token(user), body.encode());
    }

    @Override
    public void close() {
        over = true;
        threads.shutdownNow();
        clients.forEach(MovingClient::close);
    }
}
