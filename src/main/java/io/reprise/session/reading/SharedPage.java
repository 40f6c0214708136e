package io.reprise.session.reading;

import io.reprise.message.log.EventFrame;
import java.util.List;
import java.util.Optional;

/**
 * The last page that was made. Readers that fell behind together ask for the same page one after another; it is made once
 * for all of them, even if there is more by now. That also keeps them together.
 */
final class SharedPage {
    private long after;
    private List<EventFrame> frames = List.of();

    /** The page behind this event, if it is the last one that was made and not empty. */
    Optional<List<EventFrame>> behind(long cursor) {
        return frames.isEmpty() || cursor != after ? Optional.empty() : Optional.of(frames);
    }

    List<EventFrame> keep(long cursor, List<EventFrame> page) {
        after = cursor;
        frames = page;
        return page;
    }

    /** Frees the page: called at intervals, and when the log is replaced. */
    void forget() {
        frames = List.of();
    }
}
