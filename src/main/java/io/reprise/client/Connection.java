package io.reprise.client;

import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/** The life of a client, on its context: connects, passes frames to those they concern, waits and connects again. */
final class Connection {
    private static final int FRAME_TOO_LARGE = 1009;
    private static final int SHUTTING_DOWN = 4001;
    private static final int TOKEN_EXPIRED = 4005;
    private static final int BAD_TOKEN = 4500;
    private static final int FINAL_LAST = 4999;

    private final ClientOptions options;
    private final Link link;
    private final NodeUrls urls;
    private final Function<URI, Future<WebSocket>> connect;
    private final ClientListener listener;
    private final Commands commands;
    private final Map<String, Reading> readings = new LinkedHashMap<>();
    private final Map<String, Timing.Timer> timers = new HashMap<>();
    private ConnectionState state = new ConnectionState.Closed(0, "", false);
    private Socket socket;
    /** Of the current attempt; what belongs to an earlier one is ignored. */
    private int generation;

    private int attempt;
    private boolean renew;
    private long openedAtMs;
    private boolean leaving;
    private long leaveUntilMs;
    private long expiresAtMs;

    /** @param random from 0 to 1 */
    record Parts(ClientOptions options, NodeUrls urls, Timing timing, DoubleSupplier random) {}

    Connection(Parts parts, Function<URI, Future<WebSocket>> connect, ClientListener listener) {
        this.options = parts.options();
        this.link = new Link(options, parts.timing(), parts.random(), this::send);
        this.urls = parts.urls();
        this.connect = connect;
        this.listener = listener;
        this.commands = new Commands(link);
    }

    void start() {
        if (!(state instanceof ConnectionState.Closed)) return;
        attempt = 0;
        connect();
    }

    void stop() {
        close(1000, "stopped", false);
    }

    void retryNow() {
        if (state instanceof ConnectionState.Waiting) connect();
    }

    Reading reading(String session, Cursor cursor, SessionListener its) {
        return new Reading(session, cursor, its, link);
    }

    void attach(String session, Reading reading) {
        Reading before = readings.put(session, reading);
        if (before != null) before.suspend();
        if (isOpen()) reading.attach();
    }

    void detach(String session, Reading reading) {
        reading.suspend();
        if (readings.remove(session, reading)) send(frame("detach").put("session", session));
    }

    Future<JsonObject> command(JsonObject frame) {
        Future<JsonObject> answer = commands.submit(frame);
        // One that was closed sends nothing; before its first start commands wait.
        if (state instanceof ConnectionState.Closed closed && closed.code() != 0) commands.abandon();
        return answer;
    }

    // --- connecting

    private void connect() {
        clearTimers();
        int current = ++generation;
        set(new ConnectionState.Connecting());
        boolean asked = renew;
        renew = false;
        timers.put("token", link.timing().after(options.waits.connectMs(), () -> noToken(current, "no token")));
        token(asked).onComplete(answer -> {
            if (current != generation) return;
            cancel("token");
            if (answer.succeeded()) open(current, answer.result());
            else if (isFinal(answer.cause())) close(BAD_TOKEN, answer.cause().getMessage(), true);
            else noToken(current, String.valueOf(answer.cause().getMessage()));
        });
    }

    private Future<Token> token(boolean asked) {
        try {
            return options.token.get(asked);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private static boolean isFinal(Throwable failure) {
        return failure instanceof CommandException refusal && !refusal.retryable();
    }

    private void noToken(int current, String reason) {
        if (current == generation) waitAgain(reason, false);
    }

    private void open(int current, Token token) {
        leaving = false;
        expiresAtMs = token == null ? 0 : token.expiresAtMs();
        JsonObject hello = frame("hello").put("version", 1).put("client", options.name);
        if (token != null && token.text() != null) hello.put("token", token.text());
        if (options.zone != null) hello.put("zone", options.zone);
        socket = new Socket(link, new Socket.Owner() {
            @Override
            public void welcome(JsonObject frame) {
                if (current == generation) welcomed(frame);
            }

            @Override
            public void frame(JsonObject frame) {
                if (current == generation) take(frame);
            }

            @Override
            public void closed(int code, String reason, boolean refused) {
                if (current == generation) ended(code, reason, refused);
            }
        });
        URI url = urls.current();
        socket.open(() -> connect.apply(url), hello);
    }

    private void welcomed(JsonObject frame) {
        openedAtMs = link.timing().elapsedMs();
        urls.learn(frame);
        set(new ConnectionState.Open());
        listener.welcome(frame);
        List.copyOf(readings.values()).forEach(Reading::attach);
        commands.resend();
        renewBefore(expiresAtMs);
    }

    // --- frames

    private void take(JsonObject frame) {
        switch (frame.getString("type", "")) {
            case "result" -> commands.answer(frame);
            case "error" -> {
                if (!commands.answer(frame)) failed(frame);
            }
            case "beat" -> beat(frame.getJsonObject("sent", new JsonObject()));
            case "goaway" -> leaveAfter(frame);
            case "notice" -> {
                listener.notice(frame);
                String session = frame.getString("session");
                pass(
                        session != null
                                ? session
                                : frame.getJsonObject("data", new JsonObject()).getString("session"),
                        frame);
            }
            default -> pass(frame.getString("session"), frame);
        }
    }

    private void pass(String session, JsonObject frame) {
        Reading reading = readings.get(session);
        if (reading != null) reading.take(frame);
    }

    private void beat(JsonObject sent) {
        for (String session : sent.fieldNames()) {
            Reading reading = readings.get(session);
            if (reading != null) reading.beat(sent.getLong(session));
        }
    }

    /** An error that answers no command: of an attach, of a session, or of the hello. */
    private void failed(JsonObject frame) {
        Reading concerned = readings.values().stream()
                .filter(reading -> reading.awaits(frame.getString("id")))
                .findFirst()
                .orElse(readings.get(frame.getString("session")));
        if (concerned != null) {
            concerned.take(frame);
        } else if (!socket.welcomed()) {
            renew = "token_expired".equals(frame.getString("code"));
            if (renew || frame.getBoolean("retryable", false)) socket.close(frame.getString("code"));
            else close(BAD_TOKEN, frame.getString("message"), true);
        }
    }

    /** The server is shutting down: the client leaves, and connects again after the time that the server named. */
    private void leaveAfter(JsonObject frame) {
        long afterMs = frame.getLong("afterMs", 0L);
        leaving = true;
        leaveUntilMs = link.timing().elapsedMs() + afterMs;
        listener.goaway(frame);
        Socket left = socket;
        timers.put("goaway", link.timing().after(afterMs + options.waits.goawayGraceMs(), () -> left.close("goaway")));
    }

    // --- the end of a connection

    private void ended(int code, String reason, boolean refused) {
        if (code == FRAME_TOO_LARGE || code >= BAD_TOKEN && code <= FINAL_LAST) {
            close(code, reason, true);
            return;
        }
        if (code == TOKEN_EXPIRED) renew = true;
        boolean lasted = link.timing().elapsedMs() - openedAtMs >= options.backoff.stableMs();
        if (socket.welcomed() && lasted) attempt = 0;
        waitAgain(reason, refused || code == SHUTTING_DOWN);
    }

    /** @param gone the server is not there, and a quick attempt costs nobody anything; not one that refuses us */
    private void waitAgain(String reason, boolean gone) {
        if (gone || socket == null || !socket.welcomed()) urls.next();
        drop();
        boolean soon = gone && options.watched.getAsBoolean();
        long maxMs = soon ? options.backoff.watchedMaxMs() : options.backoff.maxMs();
        long toldMs = leaving ? Math.max(0, leaveUntilMs - link.timing().elapsedMs()) : 0;
        long retryInMs = toldMs + link.backoffMs(attempt++, maxMs);
        timers.put("retry", link.timing().after(retryInMs, this::connect));
        set(new ConnectionState.Waiting(retryInMs, toldMs > 0, reason));
    }

    private void close(int code, String reason, boolean isFinal) {
        drop();
        set(new ConnectionState.Closed(code, reason, isFinal));
        commands.abandon();
    }

    private void drop() {
        generation++;
        clearTimers();
        if (socket != null) socket.close("");
        socket = null;
        readings.values().forEach(Reading::suspend);
        commands.suspend();
    }

    // --- tokens

    private void renewBefore(long expires) {
        if (expires == 0) return;
        long inMs = Math.max(1_000, expires - link.timing().nowMs() - options.tokenRenewMs);
        timers.put("renew", link.timing().after(inMs, this::renewNow));
    }

    private void renewNow() {
        int current = generation;
        token(true)
                .onSuccess(
                        next -> { // else the server closes 4005, and the reconnect asks again
                            if (current != generation) return;
                            send(frame("token").put("token", next.text()));
                            renewBefore(next.expiresAtMs());
                        });
    }

    // --- helpers

    private boolean isOpen() {
        return state instanceof ConnectionState.Open;
    }

    private boolean send(JsonObject frame) {
        return isOpen() && socket.send(frame);
    }

    private static JsonObject frame(String type) {
        return new JsonObject().put("type", type).put("id", UUID.randomUUID().toString());
    }

    private void set(ConnectionState next) {
        state = next;
        listener.state(next);
    }

    private void cancel(String name) {
        Timing.Timer timer = timers.remove(name);
        if (timer != null) timer.cancel();
    }

    private void clearTimers() {
        timers.values().forEach(Timing.Timer::cancel);
        timers.clear();
    }
}
