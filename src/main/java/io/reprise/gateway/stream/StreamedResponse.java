package io.reprise.gateway.stream;

import io.reprise.gateway.access.Identity;
import io.reprise.gateway.frame.CloseCode;
import io.reprise.gateway.reading.Outbox;
import io.reprise.gateway.reading.Receiver;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/**
 * The response in which one reader of a session is answered piece by piece: how it begins, what it may queue, and the ways
 * in which it ends. As long as it has not begun, a refusal can be an answer with a status of its own. Belongs to one event
 * loop.
 */
public final class StreamedResponse {
    private final SocketParts parts;
    private final HttpServerResponse response;
    private final Identity caller;
    private final Receiver reader;
    private final Consumer<String> whenEnded;
    private final Outbox outbox;
    private Runnable gone = () -> {};
    private long commentMs;
    private boolean begun;
    private boolean ended;

    /**
     * @param reader whose subscriptions end with the response
     * @param whenEnded called once, when nothing can be written any more: an error code, a close code, or a word
     */
    public StreamedResponse(
            SocketParts parts, RoutingContext context, Identity caller, Receiver reader, Consumer<String> whenEnded) {
        this.parts = parts;
        this.response = context.response();
        this.caller = caller;
        this.reader = reader;
        this.whenEnded = whenEnded;
        this.outbox = new Outbox(
                (part, first, last) -> response.write(part),
                parts.settings().server(),
                parts.clock(),
                parts.metrics()::queued,
                () -> parts.subscriptions().drained(reader),
                this::clientLeft);
    }

    /**
     * @param whenGone called when the response has ended or the client has left; perhaps twice
     * @param whenOpen called unless the client has left already
     */
    public void open(Runnable whenGone, Runnable whenOpen) {
        gone = whenGone;
        commentMs = parts.clock().elapsedMs();
        parts.metrics().connected();
        response.exceptionHandler(cause -> {}); // The client disconnected; the end follows.
        response.closeHandler(closed -> clientLeft());
        if (response.closed()) clientLeft(); // The handler is not called for an earlier end.
        else whenOpen.run();
    }

    /** Reads a session, instead of what was read before. */
    public void read(Reading reading) {
        parts.subscriptions().attach(reader, reading, null);
    }

    /** Whether the reader may still read the session, which may have been deleted. */
    public boolean reads(String session) {
        return parts.subscriptions().reads(reader, session);
    }

    /** What was not pushed while the reader did not want it can be pushed now. */
    public void goOn() {
        parts.subscriptions().drained(reader);
    }

    /** Sends the head of an event stream. Returns whether this is the first time. */
    public boolean begin() {
        if (begun) return false;
        begun = true;
        commentMs = parts.clock().elapsedMs();
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Accel-Buffering", "no"); // Proxies must not buffer it.
        return true;
    }

    public boolean hasBegun() {
        return begun;
    }

    public boolean hasEnded() {
        return ended;
    }

    /** Whether more is queued than the limit allows. */
    public boolean full() {
        return outbox.full();
    }

    /** Queues a piece; without effect behind the end. */
    public void push(String text) {
        if (!ended) outbox.push(text);
    }

    // --- what time brings

    /**
     * Ends the response if its client reads nothing, and has it refused if its identity has ended.
     *
     * @param refuse ends it for this reason
     * @return whether a comment is due, which keeps proxies from cutting a quiet stream
     */
    public boolean tick(Consumer<Failure> refuse) {
        if (ended) return false;
        if (outbox.stalled()) {
            breakOff();
            return false;
        }
        parts.authenticator().whyEnded(caller).ifPresent(refuse);
        return !ended
                && parts.clock().elapsedMs() - commentMs
                        >= parts.settings().server().commentMs();
    }

    /** Sends a comment, unless something else waits to be sent. */
    public void comment(String text) {
        commentMs = parts.clock().elapsedMs();
        if (!outbox.full()) push(text);
    }

    // --- how it ends

    /** Sends queued data first. Completes when it was sent or cannot be sent. */
    public Future<Void> end(String how) {
        if (ended) return Future.succeededFuture();
        left(how);
        return response.end().onComplete(done -> gone.run());
    }

    /** Ends it by another answer, because it has not begun. */
    public void end(String how, Runnable answer) {
        if (ended) return;
        left(how);
        answer.run();
        gone.run();
    }

    private void breakOff() {
        left(Integer.toString(CloseCode.TOO_SLOW.code()));
        response.reset();
        gone.run();
    }

    private void clientLeft() {
        left("client");
        gone.run();
    }

    private void left(String how) {
        if (ended) return;
        ended = true;
        parts.metrics().disconnected(how);
        parts.subscriptions().closed(reader);
        whenEnded.accept(how);
    }
}
