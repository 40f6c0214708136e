package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An interrupt: a tool call that needs a decision of a person.
 *
 * @param run the run that ended with it
 * @param arguments of the call, JSON text
 * @param resolution null while it is open
 */
public record Interrupt(
        String id,
        String run,
        String toolCall,
        String tool,
        String arguments,
        long createdMs,
        long expiresMs,
        Resolution resolution) {

    public boolean isOpen() {
        return resolution == null;
    }

    public Interrupt resolved(Resolution its) {
        return new Interrupt(id, run, toolCall, tool, arguments, createdMs, expiresMs, its);
    }

    /** As events and {@code attached} show it. */
    public Info info() {
        return new Info(
                id,
                Info.REASON,
                "May " + tool + " be called?",
                toolCall,
                Instant.ofEpochMilli(expiresMs).toString(),
                Map.of("run", run, "tool", tool, "arguments", arguments, "decisions", Info.DECISIONS));
    }

    /**
     * What became of it.
     *
     * @param arguments for the call instead of the model's, JSON text, when it was edited; else null
     * @param text the answer in the result's place, or why it was rejected; or null
     * @param by the user, or null when nobody decided
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Resolution(Decision decision, String arguments, String text, String by, long atMs) {}

    public enum Decision {
        APPROVE,
        /** Approve with other arguments. */
        EDIT,
        REJECT,
        /** The person's text is the result; the call is not made. */
        RESPOND,
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
     * By the names of AG-UI's {@code Interrupt}.
     *
     * @param expiresAt RFC 3339
     * @param metadata {@code run}, {@code tool}, its {@code arguments} as JSON text, and the {@code decisions} to choose from
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Info(
            String id,
            String reason,
            String message,
            String toolCallId,
            String expiresAt,
            Map<String, Object> metadata) {
        static final String REASON = "approval";
        static final List<String> DECISIONS = List.of("approve", "edit", "reject", "respond");
    }
}
