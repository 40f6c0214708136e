package io.reprise.gateway.rest.feedback;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.ChatMessage;
import io.reprise.history.feedback.FeedbackDirectory;
import io.reprise.message.feedback.Rating;
import java.time.Instant;
import java.util.List;

/** JSON of feedback. */
final class ShownFeedback {
    private ShownFeedback() {}

    static Page of(FeedbackDirectory.Page page) {
        return new Page(
                page.entries().stream().map(entry -> of(entry, null)).toList(),
                page.next() == null
                        ? null
                        : page.next().atMs() + "-" + page.next().number());
    }

    /** @param messages the answer and what was said before it, or null */
    static Entry of(FeedbackDirectory.Entry entry, List<ChatMessage> messages) {
        return new Entry(
                entry.session(),
                entry.message(),
                entry.run(),
                entry.user(),
                entry.opinion().rating(),
                entry.opinion().comment(),
                entry.agent(),
                entry.model(),
                Instant.ofEpochMilli(entry.atMs()).toString(),
                entry.superseded(),
                messages);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(List<Entry> feedback, String cursor) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(
            String session,
            String message,
            String run,
            String user,
            Rating rating,
            String comment,
            String agent,
            String model,
            String at,
            boolean superseded,
            List<ChatMessage> messages) {}
}
