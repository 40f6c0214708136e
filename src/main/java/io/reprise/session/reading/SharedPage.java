package io.reprise.session.reading;

import io.reprise.message.log.EventFrame;
import java.util.List;
import java.util.Optional;

/**
 * Caches the last page. Readers that fell behind together request the same page one after another; it is created once
 * for all of them, even if there are newer events by now. This also keeps the readers together.
 */
final class SharedPage {
    private long after;
    private List<EventFrame> frames = List.of();

    /** The page after this event, if it is the cached one and not empty. */
    Optional<List<EventFrame>> behind(long cursor) {
        return frames.isEmpty() || cursor != after ? Optional.empty() : Optional.of(frames);
    }

    List<EventFrame> keep(long cursor, List<EventFrame> page) {
        after = cursor;
        frames = page;
        return page;
    }

    /** Frees the page; called periodically, and when the log is replaced. */
    void forget() {
        frames = List.of();
    }
}
