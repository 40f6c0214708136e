package io.reprise.session;

import io.reprise.message.EventFrame;
import java.util.List;

/**
 * The last page that was made of what is in memory. Readers that fell behind together ask for the same page one after
 * another; it is made once for all of them, even if there is more by now. That also keeps them together.
 */
final class SharedPage {
    private final SessionLog log;
    private long after;
    private List<EventFrame> frames = List.of();

    SharedPage(SessionLog log) {
        this.log = log;
    }

    /** Frames behind {@code after}, which must be in memory; at least one if any is announced. */
    List<EventFrame> behind(long cursor) {
        if (frames.isEmpty() || cursor != after) {
            after = cursor;
            frames = log.page(cursor, log.announced());
        }
        return frames;
    }

    /** To be called now and then, so that it does not stay in memory, and when the log becomes another one. */
    void forget() {
        frames = List.of();
    }
}
