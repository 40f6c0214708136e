package io.reprise.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.message.Role;
import java.util.List;

/**
 * A run that has not ended, as a snapshot shows it.
 *
 * @param startedAt RFC 3339
 * @param open incomplete messages
 * @param toolCalls calls without a result, including those that the resumed run left open
 */
public record ActiveRun(String id, String startedAt, String origin, List<OpenMessage> open, List<OpenCall> toolCalls) {
    /**
     * @param model of an answer: the provider's name for the model that writes it, or null
     * @param subagentRunId the sub-agent that it belongs to; null for the agent of the run
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OpenMessage(String messageId, Role role, String text, String model, String subagentRunId) {
        public OpenMessage(String messageId, Role role, String text, String model) {
            this(messageId, role, text, model, null);
        }
    }

    /**
     * @param ended whether the arguments are complete
     * @param subagentRunId the sub-agent that makes it; null for the agent of the run
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record OpenCall(String id, String name, String arguments, boolean ended, String subagentRunId) {
        public OpenCall(String id, String name, String arguments, boolean ended) {
            this(id, name, arguments, ended, null);
        }
    }
}
