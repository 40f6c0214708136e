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
 * The data that a provider requires back, for one call: data of earlier turns is added to the request, and data of this
 * turn is collected. langchain4j supports only a part of it, so this class works on the raw requests and responses.
 */
public interface TurnState {
    /** Adds the data of earlier turns to the body of the request. */
    void give(ObjectNode body);

    /** Receives a raw event. */
    void take(ServerSentEvent event);

    /**
     * Whether the provider rejected the request because it lacked data that a second request would contain.
     *
     * @param reason the provider's message
     */
    default boolean learnsFrom(String reason) {
        return false;
    }

    /** A client that adds data to requests and collects it from responses, close to the network. */
    default HttpClient around(HttpClient client) {
        return new WithTidyEvents(new WithBody(client, this::give), () -> (event, onward) -> {
            take(event);
            onward.accept(event);
        });
    }

    /**
     * The turn with the collected data.
     *
     * @param thoughtChars number of characters of reasoning that were shown: the data is only usable with all of them
     * @param callExtras unknown members of calls, by call index; see {@link CallPart#extra}
     */
    ModelTurn with(ModelTurn turn, int thoughtChars, Map<Integer, ObjectNode> callExtras);
}
