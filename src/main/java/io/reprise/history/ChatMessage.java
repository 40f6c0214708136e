package io.reprise.history;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Role;
import io.reprise.message.log.LogEvent.TokenUsage;
import java.util.List;
import java.util.Map;

/**
 * A message in AG-UI form.
 *
 * @param content the text; null for an assistant that only called tools
 * @param toolCallId of a tool's answer: the call that it answers
 * @param state what the provider of the model wants back with it, or null; no reader of the message is shown it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChatMessage(
        String id,
        Role role,
        String content,
        List<ToolCall> toolCalls,
        String toolCallId,
        Metadata metadata,
        @JsonIgnore String state) {

    public ChatMessage(
            String id, Role role, String content, List<ToolCall> toolCalls, String toolCallId, Metadata metadata) {
        this(id, role, content, toolCalls, toolCallId, metadata, null);
    }

    /** About how long it is: its text and the arguments of its calls, in characters. */
    long chars() {
        long calls = toolCalls == null
                ? 0
                : toolCalls.stream()
                        .mapToLong(call -> call.function().arguments().length())
                        .sum();
        return calls + (content == null ? 0 : content.length());
    }

    /**
     * A tool call of an assistant; {@code arguments} is JSON text, incomplete while it streams.
     *
     * @param state as that of a message
     */
    public record ToolCall(
            String id,
            String type,
            Function function,
            @JsonIgnore String state) {
        public static ToolCall of(String id, String name, String arguments) {
            return of(id, name, arguments, null);
        }

        public static ToolCall of(String id, String name, String arguments, String state) {
            return new ToolCall(id, "function", new Function(name, arguments), state);
        }
    }

    public record Function(String name, String arguments) {}

    /**
     * Where the message stands in the log.
     *
     * @param seq of its first event
     * @param at of its first event, RFC 3339
     * @param outcome {@code cancelled} or {@code error} when its run did not end well
     * @param error of a run that failed: what readers were told, so that later ones are told the same
     * @param status of a tool's answer that is none: {@code error}, {@code cancelled}, {@code rejected} by a person or for
     *     want of one, or {@code unknown}: the server stopped while the tool was at work
     * @param command of a user's message: the command that brought it
     * @param by of a user's message: who sent it
     * @param origin {@code recall} of a message that one left for later, else null
     * @param recall which one
     * @param zone of a user's message: IANA name of the sender's time zone, or null
     * @param decisions of a message with tool calls: what was decided about them, by the calls' ids; null when nothing was
     * @param model of an answer: the provider's name for the model that wrote it, or null
     * @param usage of the last text of an answer: the tokens of its whole run, for each provider and model; null where the
     *     run did not end well, goes on, or was copied from another session
     * @param durationMs of the last text of an answer: how long its run took, with {@code usage} only
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Metadata(
            String run,
            long seq,
            String at,
            String outcome,
            Fault error,
            String status,
            String command,
            String by,
            String origin,
            String recall,
            String zone,
            Map<String, Decided> decisions,
            String model,
            List<TokenUsage> usage,
            Long durationMs) {}

    /**
     * What became of a call that waited for people.
     *
     * @param by the user, or null when nobody decided
     * @param text that was given with it, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Decided(Interrupt.Decision decision, String by, String text) {}

    public record Fault(ErrorCode code, String message) {}
}
