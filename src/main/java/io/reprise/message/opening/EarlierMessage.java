package io.reprise.message.opening;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.message.Role;
import java.util.List;

/**
 * A message of a conversation that took place elsewhere, and that a session begins with.
 *
 * @param role of a user, an assistant or a tool
 * @param text may be empty for an assistant that calls tools
 * @param calls of an assistant
 * @param toolCall of a tool's answer: the call that it answers; else null
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record EarlierMessage(Role role, String text, List<Call> calls, String toolCall) {
    public EarlierMessage {
        text = text == null ? "" : text;
        calls = calls == null ? List.of() : List.copyOf(calls);
    }

    public static EarlierMessage ofUser(String text) {
        return new EarlierMessage(Role.USER, text, null, null);
    }

    public static EarlierMessage ofAssistant(String text, List<Call> calls) {
        return new EarlierMessage(Role.ASSISTANT, text, calls, null);
    }

    public static EarlierMessage ofTool(String toolCall, String text) {
        return new EarlierMessage(Role.TOOL, text, null, toolCall);
    }

    /** @param arguments JSON text */
    public record Call(String id, String name, String arguments) {}
}
