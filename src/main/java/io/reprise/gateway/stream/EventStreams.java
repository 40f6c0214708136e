package io.reprise.gateway.stream;

import io.reprise.gateway.link.Connections;
import io.reprise.gateway.reading.Subscription.Reading;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.socket.SocketParts;
import io.reprise.message.Cursor;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.IdSource;
import java.util.Optional;

/** Creates event streams: {@code GET /sessions/{session}/events} in section 7 of the protocol. */
public final class EventStreams {
    private static final long SEQ_END = 1L << 53;

    private static final Failure CURSOR = Failure.badRequest("The cursor's seq must be below 2^53.");
    /** A person or an address has as many connections as are allowed. */
    public static final Failure TOO_MANY = Failure.of(ErrorCode.TOO_MANY_REQUESTS, "Too many connections.");

    private final SocketParts parts;
    private final IdSource ids;
    private final Connections connections;

    public EventStreams(SocketParts parts, IdSource ids, Connections connections) {
        this.parts = parts;
        this.ids = ids;
        this.connections = connections;
    }

    public void bindTo(Api api) {
        api.on("streamEvents", this::open);
    }

    private void open(ApiCall call) {
        String header = call.text("Last-Event-ID");
        String from = header == null ? call.text("after") : header;
        Cursor cursor = from == null ? null : cursor(from);
        if (cursor != null && cursor.seq() >= SEQ_END) {
            call.refuse(CURSOR);
            return;
        }
        Optional<Failure> tooOften = parts.commands().attaches(call.user());
        if (tooOften.isPresent()) {
            call.refuse(tooOften.get());
            return;
        }
        EventStream stream =
                new EventStream(parts, ids.next("c_"), call, new Reading(call.session(), call.user(), cursor));
        String address =
                parts.authenticator().credentials(call.context().request()).address();
        connections.admit(stream, call.user(), address).ifPresentOrElse(stream::open, () -> call.refuse(TOO_MANY));
    }

    /** The contract has checked the format. */
    private static Cursor cursor(String text) {
        int colon = text.indexOf(':');
        return new Cursor(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
    }
}
