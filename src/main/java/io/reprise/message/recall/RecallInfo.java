package io.reprise.message.recall;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * An open recall as listed in {@code attached}.
 *
 * @param pause why it is paused, or null
 * @param triggerAt RFC 3339
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RecallInfo(
        String recall,
        String kind,
        String text,
        RecallSchedule schedule,
        RecallContext context,
        RecallTarget target,
        String triggerAt,
        Recall.Status status,
        Recall.Pause pause) {
    public static RecallInfo of(Recall recall) {
        return new RecallInfo(
                recall.id(),
                recall.schedule().kind().wire(),
                recall.text(),
                recall.schedule(),
                recall.context(),
                recall.target(),
                Instant.ofEpochMilli(recall.triggerAtMs()).toString(),
                recall.status(),
                recall.pause());
    }
}
