package io.reprise.gateway;

import io.reprise.history.RecallSlots;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import java.util.List;

/** Understands no schedule. */
final class NoSlots implements RecallSlots {
    @Override
    public Preview preview(RecallSchedule asked, int count) {
        throw new IllegalArgumentException("This time is not understood.");
    }

    @Override
    public List<Long> next(Recall recall, int count) {
        return List.of();
    }
}
