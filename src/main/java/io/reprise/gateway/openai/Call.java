package io.reprise.gateway.openai;

import io.reprise.gateway.access.Identity;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.message.opening.TemporarySession;
import io.vertx.ext.web.RoutingContext;

/**
 * A request for a completion, with what it is about.
 *
 * @param making creates the session; of one that exists it only has the name
 * @param exists whether the session is there already
 */
record Call(RoutingContext context, Identity caller, Asked making, boolean exists, ChatRequest request) {
    String session() {
        return making.session();
    }

    /** Whether the session ends with the call. */
    boolean isTemporary() {
        return TemporarySession.isMeant(session());
    }
}
