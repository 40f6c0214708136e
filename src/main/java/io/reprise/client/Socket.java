package io.reprise.client;

import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/** One WebSocket from its opening to its end: says hello, notices a lost connection, and tells its end exactly once. */
final class Socket {
    /** Code of a connection that ended without one. */
    static final int LOST = 1006;

    private static final long HEARTBEAT_MS = 25_000;

    private final Link link;
    private final Owner owner;
    private WebSocket socket;
    private Timing.Timer timer;
    private boolean opened;
    private boolean welcomed;
    private boolean ended;
    private long heardAtMs;
    private long silenceMaxMs;

    /** The client. */
    interface Owner {
        void welcome(JsonObject frame);

        void frame(JsonObject frame);

        /** @param refused whether nobody answered */
        void closed(int code, String reason, boolean refused);
    }

    Socket(Link link, Owner owner) {
        this.link = link;
        this.owner = owner;
    }

    /** Connects, and says hello; the context of the caller is that of all that follows. */
    void open(Supplier<Future<WebSocket>> connect, JsonObject hello) {
        timer = link.timing().after(link.options().waits.connectMs(), () -> end(LOST, "no welcome"));
        connect.get().onSuccess(its -> opened(its, hello)).onFailure(failure -> end(LOST, reason(failure)));
    }

    boolean welcomed() {
        return welcomed;
    }

    /** Returns whether the frame was passed on; it may not arrive. */
    boolean send(JsonObject frame) {
        if (ended || socket == null || socket.isClosed()) return false;
        socket.writeTextMessage(frame.encode());
        return true;
    }

    void close(String reason) {
        end(1000, reason);
    }

    private void opened(WebSocket its, JsonObject hello) {
        if (ended) {
            its.close();
            return;
        }
        socket = its;
        opened = true;
        its.textMessageHandler(this::receive);
        its.exceptionHandler(failure -> {}); // always followed by the end, which tells more
        its.closeHandler(nothing -> {
            Short code = its.closeStatusCode();
            end(code == null ? LOST : code, its.closeReason() == null ? "" : its.closeReason());
        });
        send(hello);
    }

    private void receive(String text) {
        if (ended) return;
        heardAtMs = link.timing().elapsedMs();
        JsonObject frame;
        try {
            frame = new JsonObject(text);
        } catch (DecodeException malformed) {
            end(LOST, "malformed frame");
            return;
        }
        if (!"welcome".equals(frame.getString("type"))) {
            owner.frame(frame);
            return;
        }
        welcomed = true;
        silenceMaxMs = 2 * frame.getLong("heartbeatMs", HEARTBEAT_MS)
                + link.options().waits.livenessMarginMs();
        timer.cancel();
        watch(silenceMaxMs);
        owner.welcome(frame);
    }

    private void watch(long ms) {
        timer = link.timing().after(ms, () -> {
            long silentMs = link.timing().elapsedMs() - heardAtMs;
            if (silentMs >= silenceMaxMs) end(LOST, "silent");
            else watch(silenceMaxMs - silentMs);
        });
    }

    /** Does not wait for the closing handshake, which a lost peer never completes. */
    private void end(int code, String reason) {
        if (ended) return;
        ended = true;
        timer.cancel();
        if (socket != null) socket.close();
        owner.closed(code, reason, !opened);
    }

    private static String reason(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
