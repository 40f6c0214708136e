package io.reprise.gateway.socket;

import io.reprise.message.Command;
import io.reprise.message.Cursor;
import io.reprise.message.Failure;

/** The frames of section 2.1 of the protocol, which clients send. */
public sealed interface ClientFrame {
    /** Created by the client and repeated in the answer. Null if the client sent no usable id. */
    String id();

    /**
     * @param token null to use the credentials of the upgrade
     * @param zone the user's time zone, which this server knows; or null
     */
    record Hello(String id, int version, String token, String zone) implements ClientFrame {}

    record Token(String id, String token) implements ClientFrame {}

    /** {@code cursor} may be null. */
    record Attach(String id, String session, Cursor cursor) implements ClientFrame {}

    record Detach(String id, String session) implements ClientFrame {}

    record Ping(String id) implements ClientFrame {}

    /**
     * A command.
     *
     * @param session null for a create
     * @param trace the client's {@code traceparent}, which may be anything; or null
     */
    record Ask(String id, String session, Command command, String trace) implements ClientFrame {
        Ask(String id, String session, Command command) {
            this(id, session, command, null);
        }
    }

    /** A frame with an unknown type, or a missing or wrong field. {@code type}, {@code id}, {@code session} may be null. */
    record Invalid(String type, String id, String session, Failure failure) implements ClientFrame {}
}
