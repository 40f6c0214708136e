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
 * @param arguments arguments of the call, JSON text
 * @param resolution null while the interrupt is open
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

    /** The interrupt as it is shown in events and in {@code attached}. */
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
     * The resolution of an interrupt.
     *
     * @param arguments JSON text that replaces the model's arguments of an edited call; else null
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
     * @param expiresAt RFC 3339
     * @param metadata {@code run}, {@code tool}, its {@code arguments} as JSON text, and the possible {@code decisions}
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
