package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.log.OpenItems.OpenCall;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An interrupt: a tool call that needs a decision of a person, whose server asks a person something, or that the client
 * executes itself.
 *
 * @param run the run that ended with it
 * @param arguments arguments of the call, JSON text
 * @param resolution null while the interrupt is open
 * @param inquiry what the server of the tool asks; null if the call needs an approval
 * @param within the sub-agents that the call is made in, from the outermost; empty if the agent of the run makes it
 */
public record Interrupt(
        String id,
        String run,
        String toolCall,
        String tool,
        String arguments,
        long createdMs,
        long expiresMs,
        Resolution resolution,
        Inquiry inquiry,
        List<Within> within) {
    public Interrupt {
        within = within == null ? List.of() : List.copyOf(within);
    }

    /** An interrupt of the agent of the run. */
    public Interrupt(
            String id,
            String run,
            String toolCall,
            String tool,
            String arguments,
            long createdMs,
            long expiresMs,
            Resolution resolution,
            Inquiry inquiry) {
        this(id, run, toolCall, tool, arguments, createdMs, expiresMs, resolution, inquiry, List.of());
    }

    /** An interrupt of the agent of the run that asks for an approval. */
    public Interrupt(
            String id,
            String run,
            String toolCall,
            String tool,
            String arguments,
            long createdMs,
            long expiresMs,
            Resolution resolution) {
        this(id, run, toolCall, tool, arguments, createdMs, expiresMs, resolution, null, List.of());
    }

    /**
     * A sub-agent that a call is made in.
     *
     * @param name of its agent
     * @param toolCall the call whose result is its answer
     */
    public record Within(String subagentRunId, String name, String toolCall) {}

    /** The same in these sub-agents. */
    public Interrupt within(List<Within> its) {
        return new Interrupt(id, run, toolCall, tool, arguments, createdMs, expiresMs, resolution, inquiry, its);
    }

    /** The call, and those of the sub-agents around it. None has a result before the decision. */
    @JsonIgnore
    public List<OpenCall> openCalls() {
        List<OpenCall> calls = new ArrayList<>();
        String subagent = null;
        for (Within around : within) {
            calls.add(new OpenCall(around.toolCall(), subagent));
            subagent = around.subagentRunId();
        }
        calls.add(new OpenCall(toolCall, subagent));
        return calls;
    }

    /** Whether the client executes the call. */
    @JsonIgnore
    public boolean isOfClient() {
        return inquiry != null && inquiry.isOfClient();
    }

    /** The call as its client needs it. Only for one that the client executes. */
    @JsonIgnore
    public PendingCall pending() {
        return new PendingCall(
                toolCall, tool, arguments, run, Instant.ofEpochMilli(expiresMs).toString());
    }

    /**
     * A call that a client is to execute.
     *
     * @param arguments JSON text of an object
     * @param run the run that ended with it
     * @param expiresAt until when there can be a result, RFC 3339
     */
    public record PendingCall(String toolCallId, String name, String arguments, String run, String expiresAt) {}

    public boolean isOpen() {
        return resolution == null;
    }

    public Interrupt resolved(Resolution its) {
        return new Interrupt(id, run, toolCall, tool, arguments, createdMs, expiresMs, its, inquiry, within);
    }

    /** The interrupt as it is shown in events and in {@code attached}. */
    public Info info() {
        String expiresAt = Instant.ofEpochMilli(expiresMs).toString();
        Map<String, Object> metadata = new TreeMap<>(Map.of("run", run, "tool", tool, "arguments", arguments));
        String asking = within.isEmpty() ? null : within.getLast().subagentRunId();
        if (asking != null)
            metadata.put("subagents", within.stream().map(Within::name).toList());
        if (inquiry == null) {
            metadata.put("decisions", Info.DECISIONS);
            String question = asking == null
                    ? "May " + tool + " be called?"
                    : "May the sub-agent " + within.getLast().name() + " call " + tool + "?";
            return new Info(id, Info.REASON, question, toolCall, null, expiresAt, asking, metadata);
        }
        metadata.putAll(Map.of(
                "decisions",
                Info.ANSWERS,
                "server",
                inquiry.by(),
                "mode",
                inquiry.mode().wire()));
        if (inquiry.url() != null) metadata.put("url", inquiry.url());
        JsonNode form = inquiry.form() == null ? null : Json.parse(inquiry.form(), JsonNode.class);
        return new Info(id, Info.INPUT, inquiry.message(), toolCall, form, expiresAt, asking, metadata);
    }

    /**
     * The resolution of an interrupt.
     *
     * @param arguments JSON text that replaces the model's arguments of an edited call, or what was filled in; else null
     * @param text the result that a person gave, or the reason for a rejection; or null
     * @param by the user, or null if the interrupt expired
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Resolution(Decision decision, String arguments, String text, String by, long atMs) {}

    public enum Decision {
        APPROVE,
        /** Approved with other arguments. */
        EDIT,
        REJECT,
        /** The person's text is the result; the call is not made. */
        RESPOND,
        /** The inquiry is answered, or its address was visited. */
        ACCEPT,
        /** The person does not want to answer the inquiry. */
        DECLINE,
        /** The person does not answer the inquiry now; unlike with {@link #CANCELLED}, the run goes on. */
        CANCEL,
        /** No decision in time: treated as rejected. */
        EXPIRED,
        /** Replaced by another request; the run does not resume. */
        CANCELLED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * An interrupt with the names of AG-UI's {@code Interrupt}.
     *
     * @param responseSchema JSON Schema of the {@code content} of an answer; null if there is none
     * @param expiresAt RFC 3339
     * @param subagentRunId the sub-agent that asks; null if the agent of the run does
     * @param metadata {@code run}, {@code tool}, its {@code arguments} as JSON text, the possible {@code decisions}, and
     *     the names of the {@code subagents} around the call, if there are any; for an inquiry also the {@code server} that
     *     asks, its {@code mode}, and the {@code url} to visit
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Info(
            String id,
            String reason,
            String message,
            String toolCallId,
            JsonNode responseSchema,
            String expiresAt,
            String subagentRunId,
            Map<String, Object> metadata) {
        static final String REASON = "approval";
        static final String INPUT = "input_required";
        static final List<String> DECISIONS = List.of("approve", "edit", "reject", "respond");
        static final List<String> ANSWERS = List.of("accept", "decline", "cancel");
    }
}
