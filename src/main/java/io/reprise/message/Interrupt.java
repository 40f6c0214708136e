package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.message.inquiry.Inquiry;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An interrupt: a tool call that needs a decision of a person, or whose server asks a person something.
 *
 * @param run the run that ended with it
 * @param arguments arguments of the call, JSON text
 * @param resolution null while the interrupt is open
 * @param inquiry what the server of the tool asks; null if the call needs an approval
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
        Inquiry inquiry) {
    /** An interrupt that asks for an approval. */
    public Interrupt(
            String id,
            String run,
            String toolCall,
            String tool,
            String arguments,
            long createdMs,
            long expiresMs,
            Resolution resolution) {
        this(id, run, toolCall, tool, arguments, createdMs, expiresMs, resolution, null);
    }

    public boolean isOpen() {
        return resolution == null;
    }

    public Interrupt resolved(Resolution its) {
        return new Interrupt(id, run, toolCall, tool, arguments, createdMs, expiresMs, its, inquiry);
    }

    /** The interrupt as it is shown in events and in {@code attached}. */
    public Info info() {
        String expiresAt = Instant.ofEpochMilli(expiresMs).toString();
        Map<String, Object> metadata = new TreeMap<>(Map.of("run", run, "tool", tool, "arguments", arguments));
        if (inquiry == null) {
            metadata.put("decisions", Info.DECISIONS);
            return new Info(id, Info.REASON, "May " + tool + " be called?", toolCall, null, expiresAt, metadata);
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
        return new Info(id, Info.INPUT, inquiry.message(), toolCall, form, expiresAt, metadata);
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
     * @param metadata {@code run}, {@code tool}, its {@code arguments} as JSON text, and the possible {@code decisions};
     *     for an inquiry also the {@code server} that asks, its {@code mode}, and the {@code url} to visit
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Info(
            String id,
            String reason,
            String message,
            String toolCallId,
            JsonNode responseSchema,
            String expiresAt,
            Map<String, Object> metadata) {
        static final String REASON = "approval";
        static final String INPUT = "input_required";
        static final List<String> DECISIONS = List.of("approve", "edit", "reject", "respond");
        static final List<String> ANSWERS = List.of("accept", "decline", "cancel");
    }
}
