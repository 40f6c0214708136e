package io.reprise.gateway.rest.feedback;

import io.reprise.config.feedback.FeedbackSettings;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories;
import io.reprise.history.feedback.FeedbackDirectory.Entry;
import io.reprise.support.Current;
import io.vertx.core.Future;
import java.util.List;

/** The conversation around an answer: itself and the messages before it, as they were when it was rated. */
final class Surroundings {
    private final Histories histories;
    private final Current<FeedbackSettings> settings;
    private final Current<Integer> charsMax;

    Surroundings(Histories histories, Current<FeedbackSettings> settings, Current<Integer> charsMax) {
        this.histories = histories;
        this.settings = settings;
        this.charsMax = charsMax;
    }

    /** Empty if they have been erased meanwhile. */
    Future<List<ChatMessage>> of(Entry entry) {
        return histories
                .before(entry.session(), entry.seq() + 1, settings.get().aroundMessages(), entry.eventSeq())
                .map(newest -> newest.within(charsMax.get()).messages());
    }
}
