package io.reprise.gateway.stream;

import io.reprise.gateway.access.Authenticator;
import io.reprise.gateway.frame.CloseCode;
import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.link.Connection;
import io.reprise.gateway.reading.Outbox;
import io.reprise.gateway.reading.Receiver;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event stream (SSE): the receiver of one subscription. The response begins with the verdict, so that a refusal
 * can still be a regular problem response.
 */
final class EventStream implements Receiver, Connection {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);

    private static final String COMMENT = ":\n\n";

    /** Delay of reconnects if the client cannot be served now. */
    private static final int RECONNECT_MS = 500;

    private final SocketParts parts;
    private final String connection;
    private final ApiCall call;
    private final HttpServerResponse response;
    private final Reading reading;
    private final Outbox outbox;
    private Runnable gone = () -> {};
    private long commentMs;
    private boolean begun;
    private boolean ended;

    EventStream(SocketParts parts, String connection, ApiCall call, Reading reading) {
        this.parts = parts;
        this.connection = connection;
        this.call = call;
        this.response = call.context().response();
        this.reading = reading;
        this.outbox = new Outbox(
                (part, first, last) -> response.write(part),
                parts.settings().server(),
                parts.clock(),
                () -> parts.subscriptions().drained(this),
                this::clientLeft);
    }

    /** @param whenGone called once, when the response has ended or the client has disconnected */
    void open(Runnable whenGone) {
        gone = whenGone;
        parts.metrics().connected();
        response.exceptionHandler(cause -> {}); // The client disconnected; the end follows.
        response.closeHandler(closed -> clientLeft());
        if (response.closed()) clientLeft(); // The handler is not called for an earlier end.
        else parts.subscriptions().attach(this, reading, null);
    }

    private void clientLeft() {
        left("client");
        gone.run();
    }

    // --- what goes out

    @Override
    public boolean full() {
        return outbox.full();
    }

    @Override
    public void frame(Frame frame) {
        if (ended) return;
        boolean over = frame.type() == Frame.Type.NOTICE && !reads();
        if (!begun && over) {
            refused(null, reading.session(), Failure.notFound());
        } else if (!begun && frame.type() == Frame.Type.NOTICE) {
            return; // Not numbered, and told to those who read already.
        } else {
            begin();
            if (!ended) outbox.push(SseText.of(frame));
            if (over) end("deleted");
        }
    }

    @Override
    public void refused(String attachId, String session, Failure failure) {
        if (ended) return;
        if (begun) {
            fail(failure);
        } else {
            left(failure.code().wire());
            gone.run();
            call.refuse(failure);
        }
    }

    private void begin() {
        if (begun) return;
        begun = true;
        commentMs = parts.clock().elapsedMs();
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no"); // Proxies must not buffer it.
        note("event stream opened", "");
        if (Answers.isHead(call.context())) end("head");
    }

    private void fail(Failure failure) {
        String text = ServerFrames.error(null, reading.session(), failure);
        outbox.push(SseText.of(Frame.of(Frame.Type.ERROR, text)));
        end(failure.code().wire());
    }

    // --- what time brings

    @Override
    public void tick() {
        if (ended) return;
        if (outbox.stalled()) breakOff();
        else if (endOfCaller() != null) refused(null, reading.session(), endOfCaller());
        else if (begun && commentDue()) comment();
    }

    /** The reason to end the stream because of its identity, or null. */
    private Failure endOfCaller() {
        CloseCode code = parts.authenticator().endOf(call.caller());
        if (code == null) return null;
        return code == CloseCode.TOKEN_EXPIRED ? EventStreams.EXPIRED : Authenticator.BLOCKED_USER;
    }

    private boolean commentDue() {
        return parts.clock().elapsedMs() - commentMs
                >= parts.settings().server().commentMs();
    }

    private void comment() {
        commentMs = parts.clock().elapsedMs();
        if (!outbox.full()) outbox.push(COMMENT);
    }

    @Override
    public Future<Void> goAway(long afterMs) {
        if (ended) return Future.succeededFuture();
        if (!begun) {
            refused(null, reading.session(), Failure.unavailable());
            return Future.succeededFuture();
        }
        String text = ServerFrames.goaway(afterMs);
        outbox.push("retry: " + (RECONNECT_MS + afterMs) + "\n" + SseText.of(Frame.of(Frame.Type.GOAWAY, text)));
        return end(Integer.toString(CloseCode.SHUTDOWN.code()));
    }

    /** Sends queued data first. Completes when it was sent or cannot be sent. */
    private Future<Void> end(String how) {
        if (ended) return Future.succeededFuture();
        left(how);
        return response.end().onComplete(done -> gone.run());
    }

    private void breakOff() {
        left(Integer.toString(CloseCode.TOO_SLOW.code()));
        response.reset();
        gone.run();
    }

    /** @param how an error code, a close code, or a word */
    private void left(String how) {
        if (ended) return;
        ended = true;
        parts.metrics().disconnected(how);
        parts.subscriptions().closed(this);
        note("event stream ended", how);
    }

    private boolean reads() {
        return parts.subscriptions().reads(this, reading.session());
    }

    private void note(String event, String how) {
        log.atDebug()
                .addKeyValue("connection", connection)
                .addKeyValue("user", reading.user())
                .addKeyValue("how", how)
                .log(event);
    }
}
