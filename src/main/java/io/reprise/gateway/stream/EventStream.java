package io.reprise.gateway.stream;

import io.reprise.gateway.frame.CloseCode;
import io.reprise.gateway.frame.Frame;
import io.reprise.gateway.frame.ServerFrames;
import io.reprise.gateway.http.Answers;
import io.reprise.gateway.link.Connection;
import io.reprise.gateway.reading.Receiver;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.message.Failure;
import io.vertx.core.Future;
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

    private final String connection;
    private final ApiCall call;
    private final Reading reading;
    private final StreamedResponse response;

    EventStream(SocketParts parts, String connection, ApiCall call, Reading reading) {
        this.connection = connection;
        this.call = call;
        this.reading = reading;
        this.response = new StreamedResponse(
                parts, call.context(), call.caller(), this, how -> note("event stream ended", how));
    }

    /** @param whenGone called when the response has ended or the client has disconnected; perhaps twice */
    void open(Runnable whenGone) {
        response.open(whenGone, () -> response.read(reading));
    }

    // --- what goes out

    @Override
    public boolean full() {
        return response.full();
    }

    @Override
    public void frame(Frame frame) {
        if (response.hasEnded()) return;
        boolean over = frame.type() == Frame.Type.NOTICE && !response.reads(reading.session());
        if (!response.hasBegun() && over) {
            refused(null, reading.session(), Failure.notFound());
        } else if (!response.hasBegun() && frame.type() == Frame.Type.NOTICE) {
            return; // Not numbered, and told to those who read already.
        } else {
            begin();
            response.push(SseText.of(frame));
            if (over) response.end("deleted");
        }
    }

    @Override
    public void refused(String attachId, String session, Failure failure) {
        if (response.hasBegun()) fail(failure);
        else response.end(failure.code().wire(), () -> call.refuse(failure));
    }

    private void begin() {
        if (!response.begin()) return;
        note("event stream opened", "");
        if (Answers.isHead(call.context())) response.end("head");
    }

    private void fail(Failure failure) {
        String text = ServerFrames.error(null, reading.session(), failure);
        response.push(SseText.of(Frame.of(Frame.Type.ERROR, text)));
        response.end(failure.code().wire());
    }

    // --- what time brings

    @Override
    public void tick() {
        boolean commentIsDue = response.tick(why -> refused(null, reading.session(), why));
        if (commentIsDue && response.hasBegun()) response.comment(COMMENT);
    }

    @Override
    public Future<Void> goAway(long afterMs) {
        if (!response.hasBegun()) {
            refused(null, reading.session(), Failure.unavailable());
            return Future.succeededFuture();
        }
        String text = ServerFrames.goaway(afterMs);
        response.push("retry: " + (RECONNECT_MS + afterMs) + "\n" + SseText.of(Frame.of(Frame.Type.GOAWAY, text)));
        return response.end(Integer.toString(CloseCode.SHUTDOWN.code()));
    }

    private void note(String event, String how) {
        log.atDebug()
                .addKeyValue("connection", connection)
                .addKeyValue("user", reading.user())
                .addKeyValue("how", how)
                .log(event);
    }
}
