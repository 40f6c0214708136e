package io.reprise.model.provider.state;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.HttpClient;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.model.ModelTurn;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.event.WithBody;
import io.reprise.model.provider.event.WithTidyEvents;
import java.util.Map;

/**
 * What a provider wants back, in one call of it: what it gave with earlier turns goes into the request, and what it gives
 * with this one is gathered. langchain4j knows only a part of it, so that this works on what is really sent and received.
 */
public interface TurnState {
    /** Puts what was given with earlier turns into the body of the request. */
    void give(ObjectNode body);

    /** An event as it came. */
    void take(ServerSentEvent event);

    /**
     * Whether the provider refused the request for want of something that a second request would have.
     *
     * @param reason what the provider said
     */
    default boolean learnsFrom(String reason) {
        return false;
    }

    /** A client that gives the provider what it wants back and reads what it gives, next to the wire. */
    default HttpClient around(HttpClient client) {
        return new WithTidyEvents(new WithBody(client, this::give), () -> (event, onward) -> {
            take(event);
            onward.accept(event);
        });
    }

    /**
     * The turn with what came.
     *
     * @param thoughtChars how long the thoughts were that were shown: only with all of them they can be sent back
     * @param callExtras members of calls that are not known here, by the calls' indices; see {@link CallPart#extra}
     */
    ModelTurn with(ModelTurn turn, int thoughtChars, Map<Integer, ObjectNode> callExtras);
}
