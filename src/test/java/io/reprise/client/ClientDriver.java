package io.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Patience;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A client of this project as a scenario uses it, and everything that it told: {what, frame}, {what, state}, {what, code}, {what}. */
abstract class ClientDriver implements AutoCloseable {
    private final List<JsonObject> told = new CopyOnWriteArrayList<>();

    abstract void start();

    /** @param cursor null for a snapshot; a session that is attached already is attached anew */
    abstract void attach(String session, JsonObject cursor);

    /** Completes with the {@code result}, or with the {@code code} of the error. */
    abstract CompletableFuture<JsonObject> command(String type, JsonObject fields);

    /** Completes as {@link #command}. */
    abstract CompletableFuture<JsonObject> fork(String session, JsonObject fields);

    /** Completes with a part for a message, or with the {@code code} of the error. */
    abstract CompletableFuture<JsonObject> upload(String session, String name, String mediaType, String content);

    @Override
    public abstract void close();

    final void tell(JsonObject what) {
        told.add(what);
    }

    final JsonObject ask(String type, JsonObject fields) {
        return command(type, fields)
                .orTimeout(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** What was told so far of this kind, for example the frames of events. */
    final List<JsonObject> told(String what) {
        return told.stream().filter(each -> each.getString("what").equals(what)).toList();
    }

    final List<JsonObject> frames(String what) {
        return told(what).stream().map(each -> each.getJsonObject("frame")).toList();
    }

    final void await(String what, Predicate<ClientDriver> condition) {
        Awaitility.await(what).atMost(Patience.LIMIT).until(() -> condition.test(this));
    }

    /** Waits until the session is live for the {@code count}-th time. */
    final void awaitLive(int count) {
        await("live", its -> its.told("live").size() >= count);
    }

    /** Waits for the end of a run, and returns its event. */
    final JsonObject awaitEnd(String run) {
        await("the end of a run", its -> its.end(run) != null);
        return end(run);
    }

    private JsonObject end(String run) {
        return frames("event").stream()
                .filter(frame -> run.equals(frame.getString("run")))
                .map(frame -> frame.getJsonObject("event"))
                .filter(event -> event.getString("type").matches("RUN_FINISHED|RUN_ERROR"))
                .findFirst()
                .orElse(null);
    }

    /** The text of the agent in the events. */
    final String text() {
        List<String> users = frames("event").stream()
                .map(frame -> frame.getJsonObject("event"))
                .filter(event -> "user".equals(event.getString("role")))
                .map(event -> event.getString("messageId"))
                .toList();
        StringBuilder text = new StringBuilder();
        for (JsonObject frame : frames("event")) {
            JsonObject event = frame.getJsonObject("event");
            boolean says = event.getString("type").equals("TEXT_MESSAGE_CONTENT");
            if (says && !users.contains(event.getString("messageId"))) text.append(event.getString("delta"));
        }
        return text.toString();
    }

    /** Every event came once and in order, from the first one seen. */
    final void assertExact() {
        List<JsonObject> events = frames("event");
        for (int i = 1; i < events.size(); i++) {
            long before = events.get(i - 1).getLong("seq");
            long from = events.get(i).getLong("from", events.get(i).getLong("seq"));
            assertThat(from).as("after %d: %s", before, events.get(i)).isEqualTo(before + 1);
        }
    }
}
