package io.reprise.mcp.question;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.mcp.channel.JsonRpc;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.mcp.channel.McpFailure.Kind;
import io.reprise.message.Json;
import io.reprise.tool.ToolCall.Answer;

/**
 * What a call goes on from when its server has ended it with questions. It is kept in the checkpoint of the run, so the call
 * goes on after a restart, too.
 *
 * @param requestState what the server wants to have back unchanged; null for nothing
 * @param left questions that are not answered, by the keys of the server
 * @param answers by the same keys
 * @param anew whether the call is made as if for the first time; the server only wants addresses to be visited before
 * @param asked how often the server has asked
 * @param signIn whether the person must sign in to the server before the call is made
 * @param signIns how often the person had to
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CallState(
        String requestState,
        ObjectNode left,
        ObjectNode answers,
        boolean anew,
        int asked,
        boolean signIn,
        int signIns) {
    /** Of a call that has not been made. */
    public static final CallState NEW = new CallState(null, JsonRpc.object(), JsonRpc.object(), true, 0, false, 0);

    /** @throws IllegalArgumentException if this is not the text of a state */
    public static CallState read(String text) {
        return Json.parse(text, CallState.class);
    }

    public String text() {
        return Json.text(this);
    }

    /** @param result of the type {@code input_required} */
    public CallState required(JsonNode result) {
        ObjectNode asks = JsonRpc.object();
        for (var request : result.path("inputRequests").properties()) {
            if (!request.getValue().path("method").asText().equals(Elicitation.METHOD)) {
                throw McpFailure.of(Kind.INVALID, "The server asks for something that is not offered.");
            }
            asks.set(request.getKey(), request.getValue().path("params"));
        }
        JsonNode state = result.path("requestState");
        return new CallState(
                state.isTextual() ? state.asText() : null, asks, JsonRpc.object(), false, asked + 1, false, signIns);
    }

    /** @param elicitations addresses that a person must have visited before the call is made */
    public CallState requiredBefore(JsonNode elicitations) {
        ObjectNode asks = JsonRpc.object();
        int key = 0;
        for (JsonNode one : elicitations) asks.set(Integer.toString(key++), one);
        return new CallState(null, asks, JsonRpc.object(), true, asked + 1, false, signIns);
    }

    /** The next question; missing if all are answered. */
    public JsonNode question() {
        return left.isEmpty()
                ? left.path("")
                : left.properties().iterator().next().getValue();
    }

    public boolean isAnswered() {
        return left.isEmpty();
    }

    /**
     * This state after an answer to its question.
     *
     * @throws McpFailure if the call is not made, because its addresses were not visited
     */
    public CallState answered(Answer answer, String content) {
        if (anew && answer != Answer.ACCEPT) {
            throw McpFailure.of(Kind.REFUSED, "The person did not visit the address that the tool needs visited.");
        }
        String key = left.fieldNames().next();
        ObjectNode rest = left.deepCopy();
        rest.remove(key);
        ObjectNode all = answers.deepCopy();
        all.set(key, Elicitation.result(answer, content));
        return new CallState(requestState, rest, all, anew, asked, false, signIns);
    }

    /** The same call, which can only be made when the person has signed in. */
    public CallState signingIn() {
        return new CallState(requestState, left, answers, anew, asked, true, signIns + 1);
    }

    /**
     * This state after the person was asked to sign in.
     *
     * @throws McpFailure if the call is not made, because nobody did
     */
    public CallState signedIn(Answer answer) {
        if (answer != Answer.ACCEPT) {
            throw McpFailure.of(Kind.REFUSED, "The person did not sign in to the server.");
        }
        return new CallState(requestState, left, answers, anew, asked, false, signIns);
    }

    /** Adds the answers to the parameters of the call. */
    public void addTo(ObjectNode params) {
        if (anew) return;
        if (!answers.isEmpty()) params.set("inputResponses", answers);
        if (requestState != null) params.put("requestState", requestState);
    }
}
