package io.reprise.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.message.Role;
import java.util.List;

/**
 * A run that has not ended, as a snapshot shows it.
 *
 * @param startedAt RFC 3339
 * @param open messages that still grow
 * @param toolCalls calls without a result, also those that the run it goes on with left open
 */
public record ActiveRun(String id, String startedAt, String origin, List<OpenMessage> open, List<OpenCall> toolCalls) {
    /** @param model of an answer: the provider's name for the model that writes it, or null */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OpenMessage(String messageId, Role role, String text, String model) {}

    /** {@code ended}: the arguments are complete. */
    public record OpenCall(String id, String name, String arguments, boolean ended) {}
}
