package io.reprise.history;

import io.reprise.message.LogRow;
import io.vertx.core.Future;
import java.util.List;

/** Port: the stored rows of sessions. A failed future means that the store is away. */
public interface LogReader {
    /**
     * The rows that hold seqs in (after, upTo], in order, whole rows: the first may begin at or below {@code after}, the
     * last may end above {@code upTo}.
     *
     * @param rowsMax at most so many
     * @param bytesMax no row is added once the ones before weigh so much; at least one row is returned if there is any
     */
    Future<List<LogRow>> rows(String session, long after, long upTo, int rowsMax, int bytesMax);

    /**
     * The seq of the {@code RUN_STARTED} from which the newest {@code messages} messages that began at or below
     * {@code upTo} can be folded; 1 when there are fewer.
     */
    Future<Long> foldStart(String session, long upTo, int messages);

    /** The seq of the first event at or behind {@code seq} that ends a run; {@link Long#MAX_VALUE} when there is none yet. */
    Future<Long> runEnd(String session, long seq);
}
