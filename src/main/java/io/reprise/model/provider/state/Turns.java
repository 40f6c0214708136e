package io.reprise.model.provider.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.provider.request.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The turns of a model in a request, in order, each with its counterpart in the request body. */
public final class Turns {
    private final List<Turn> turns = new ArrayList<>();

    /** @param called whether tools were called between the previous and the next message of the user */
    record Turn(Assistant assistant, boolean called) {}

    public Turns(List<ModelMessage> messages) {
        List<Assistant> exchange = new ArrayList<>();
        for (ModelMessage message : Requests.sent(messages)) {
            if (message instanceof User) close(exchange);
            if (message instanceof Assistant assistant) exchange.add(assistant);
        }
        close(exchange);
    }

    private void close(List<Assistant> exchange) {
        boolean called = exchange.stream().anyMatch(turn -> !turn.calls().isEmpty());
        exchange.forEach(turn -> turns.add(new Turn(turn, called)));
        exchange.clear();
    }

    /** Adds nothing if the body has an unexpected form: missing data is better than misplaced data. */
    void pair(ObjectNode body, BiConsumer<Turn, ObjectNode> action) {
        pair(body, "messages", "assistant", action);
    }

    /** As above, with the API's names for messages and for the role of the model. */
    void pair(ObjectNode body, String messages, String role, BiConsumer<Turn, ObjectNode> action) {
        List<ObjectNode> sent = new ArrayList<>();
        for (JsonNode message : body.path(messages)) {
            if (message instanceof ObjectNode object
                    && role.equals(message.path("role").asText())) sent.add(object);
        }
        if (sent.size() != turns.size()) return;
        for (int i = 0; i < sent.size(); i++) action.accept(turns.get(i), sent.get(i));
    }
}
