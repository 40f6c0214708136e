package io.reprise.history;

import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import java.util.List;

/** Port: when recalls are due. Nothing is scheduled by it. */
public interface RecallSlots {
    /**
     * What a schedule means if it is asked for now.
     *
     * @param count of slots, at most
     * @throws IllegalArgumentException when it is not understood or is beyond a limit; with a text that is safe to show
     */
    Preview preview(RecallSchedule asked, int count);

    /** The next slots of an open recall in their order; none of one that is over. */
    List<Long> next(Recall recall, int count);

    /**
     * A schedule that would be taken.
     *
     * @param schedule as a recall would keep it
     * @param slotsMs the first ones, at least one
     */
    record Preview(RecallSchedule schedule, List<Long> slotsMs) {}
}
