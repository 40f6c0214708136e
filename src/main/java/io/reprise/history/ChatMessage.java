package io.reprise.history;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.message.Chosen;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.feedback.Opinion;
import io.reprise.message.log.LogEvent.CustomValue;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.message.log.RunUsage.ContextUse;
import io.reprise.message.recall.RecallContext;
import java.util.List;
import java.util.Map;

/**
 * A message in AG-UI form.
 *
 * @param content of an assistant and of reasoning one text; null for an assistant that only called tools
 * @param toolCallId of a tool's answer: the call that it answers
 * @param state what the provider of the model wants back with it, or null; no reader of the message is shown it
 * @param subagentRunId the sub-agent that it belongs to; null for the conversation of the session itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChatMessage(
        String id,
        Role role,
        Content content,
        List<ToolCall> toolCalls,
        String toolCallId,
        Metadata metadata,
        @JsonIgnore String state,
        String subagentRunId) {

    public ChatMessage(
            String id, Role role, Content content, List<ToolCall> toolCalls, String toolCallId, Metadata metadata) {
        this(id, role, content, toolCalls, toolCallId, metadata, null, null);
    }

    /** Whether it belongs to the conversation of the session itself, and not to the work of a sub-agent. */
    @JsonIgnore
    public boolean isOuter() {
        return subagentRunId == null;
    }

    /** The same message in the conversation of its sub-agent with the agent that called it. */
    public ChatMessage ofItself() {
        return new ChatMessage(id, role, content, toolCalls, toolCallId, metadata, state, null);
    }

    /** All that is text in it; empty when there is nothing. */
    public String text() {
        return content == null ? "" : content.text();
    }

    /** The approximate length: its text and the arguments of its calls, in characters. */
    long chars() {
        long calls = toolCalls == null
                ? 0
                : toolCalls.stream()
                        .mapToLong(call -> call.function().arguments().length())
                        .sum();
        return calls + text().length();
    }

    /**
     * A tool call of an assistant; {@code arguments} is JSON text, incomplete while it streams.
     *
     * @param state data to send back to the model provider, or null
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
     * Data about a message in the log.
     *
     * @param seq of its first event
     * @param at time of its first event, RFC 3339
     * @param outcome {@code cancelled} or {@code error} if its run did not succeed
     * @param error for a failed run: the error that readers were told
     * @param status for a tool result that is not regular: {@code error}, {@code cancelled}, {@code rejected} by a
     *     person or by expiry, or {@code unknown} if the server stopped during the call
     * @param command for a user's message: the id of its command
     * @param by for a user's message: its sender
     * @param origin {@code recall} for the text of a recall, else null
     * @param recall id of that recall
     * @param zone for a user's message: IANA name of the sender's time zone, or null
     * @param decisions decisions about the message's tool calls, by call id; null if there are none
     * @param model for an answer: the provider's name for the model that wrote it, or null
     * @param usage for the last text of an answer: the tokens of its whole run, for each provider and model; null if the
     *     run is active, was copied from another session, or if it is not known
     * @param durationMs for the last text of an answer: how long its run took; present only with {@code usage}
     * @param contextUse for the last text of an answer: how full the context of the model was then
     * @param parent for the first message of a session that a recall made: that recall; else null
     * @param context for the text of a recall: what its run saw of the conversation before it; null for all
     * @param chosen for a user's message: what was chosen for its run, or null
     * @param notes what the log says between this message and the next one, or before the first message of these; null if
     *     there is nothing
     * @param feedback what the user thinks of an answer, or null
     * @param subagents sub-agents that answer calls of the message, by call id; null if there are none
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
            Long durationMs,
            RecallContext context,
            String parent,
            Chosen chosen,
            ContextUse contextUse,
            List<Note> notes,
            Map<String, Subagent> subagents,
            Opinion feedback) {
        public Metadata(
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
                Long durationMs) {
            this(
                    run,
                    seq,
                    at,
                    outcome,
                    error,
                    status,
                    command,
                    by,
                    origin,
                    recall,
                    zone,
                    decisions,
                    model,
                    usage,
                    durationMs,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null);
        }
    }

    /**
     * An event between messages that readers are told of: what happened to the context of the model, or to the middleware.
     *
     * @param run null if it belongs to none
     * @param at RFC 3339
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Note(String run, long seq, String at, String name, CustomValue value) {}

    /**
     * The decision about a call.
     *
     * @param by the user, or null if the interrupt expired
     * @param text text of the decision, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Decided(Interrupt.Decision decision, String by, String text) {}

    public record Fault(ErrorCode code, String message) {}

    /**
     * A sub-agent.
     *
     * @param status {@code running}, {@code suspended}, {@code success}, {@code error} or {@code cancelled}
     * @param message why it failed, or null
     * @param seq of the event with which it began
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Subagent(String id, String name, String description, String status, String message, long seq) {}
}
