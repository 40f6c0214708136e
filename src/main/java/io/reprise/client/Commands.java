package io.reprise.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Commands without an answer. Each is sent with the same id until it is answered, also across reconnects. */
final class Commands {
    /** Errors that are tried again if the server says that this may help. */
    private static final Set<String> RETRIED = Set.of("unavailable", "timeout", "too_many_requests");

    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private final Link link;

    Commands(Link link) {
        this.link = link;
    }

    private static final class Pending {
        private final JsonObject frame;
        private final Promise<JsonObject> promise = Promise.promise();
        private Timing.Timer again = Timing.Timer.NONE;
        private Timing.Timer age = Timing.Timer.NONE;
        private int attempt;

        private Pending(JsonObject frame) {
            this.frame = frame;
        }
    }

    /** One with the id of a pending command has the same future. */
    Future<JsonObject> submit(JsonObject frame) {
        String id = frame.getString("id");
        Pending known = pending.get(id);
        if (known != null) return known.promise.future();
        ClientOptions options = link.options();
        if (pending.size() >= options.answers.max())
            return failed("too_many_requests", "Too many commands are waiting for an answer.", true, id);
        if (frame.encode().getBytes(StandardCharsets.UTF_8).length > options.sizes.frameBytesMax())
            return failed("too_large", "This is too large to send.", false, id);
        Pending command = new Pending(frame);
        pending.put(id, command);
        command.age = link.timing().after(options.answers.ageMs(), () -> giveUp(command));
        transmit(command);
        return command.promise.future();
    }

    /** After a reconnect: sends all again, in order, because their outcome is unknown. */
    void resend() {
        List.copyOf(pending.values()).forEach(this::transmit);
    }

    /** The connection was lost: they stay pending. */
    void suspend() {
        pending.values().forEach(command -> command.again.cancel());
    }

    /** Takes a {@code result} or {@code error}; returns false if no pending command has its id. */
    boolean answer(JsonObject frame) {
        Pending command = pending.get(frame.getString("id"));
        if (command == null) return false;
        if (frame.getString("type").equals("result")) settle(command).promise.complete(frame);
        else if (frame.getBoolean("retryable", false) && RETRIED.contains(frame.getString("code")))
            later(command, frame.getLong("afterMs", 0L));
        else settle(command).promise.fail(CommandException.of(frame));
        return true;
    }

    /** Fails all, because this client receives no more answers. */
    void abandon() {
        for (Pending command : List.copyOf(pending.values())) {
            String id = command.frame.getString("id");
            settle(command).promise.fail(new CommandException("unavailable", "The connection is closed.", true, id));
        }
    }

    private void transmit(Pending command) {
        command.again.cancel();
        if (!link.send().test(command.frame)) return;
        command.again = link.timing().after(link.options().answers.againMs(), () -> transmit(command));
    }

    private void later(Pending command, long afterMs) {
        command.again.cancel();
        long delayMs = Math.max(afterMs, link.backoffMs(command.attempt++));
        command.again = link.timing().after(delayMs, () -> transmit(command));
    }

    private void giveUp(Pending command) {
        String message = "The server did not answer. It is not known whether it took this.";
        settle(command).promise.fail(new CommandException("timeout", message, true, command.frame.getString("id")));
    }

    private Pending settle(Pending command) {
        pending.remove(command.frame.getString("id"));
        command.again.cancel();
        command.age.cancel();
        return command;
    }

    private static Future<JsonObject> failed(String code, String message, boolean retryable, String id) {
        return Future.failedFuture(new CommandException(code, message, retryable, id));
    }
}
