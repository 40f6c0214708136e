package io.reprise.history;

import io.reprise.message.log.LogRow;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Port: reads the stored rows of sessions. A failed future means that the store is unavailable ({@link StoreAway}), or
 * that its content cannot be read ({@link BrokenLog}). A read sees everything that was stored before it.
 */
public interface LogReader {
    /**
     * The rows that hold seqs in (after, upTo], in order, whole rows: the first may begin at or below {@code after}, the
     * last may end above {@code upTo}.
     *
     * @param rowsMax at most so many
     * @param bytesMax no row is added once the ones before weigh so much; at least one row is returned if there is any
     */
    Future<List<LogRow>> rows(String session, long after, long upTo, int rowsMax, int bytesMax);

    /** How many bytes the events up to {@code upTo} are, as they are stored. */
    Future<Long> bytes(String session, long upTo);

    /**
     * Where to begin a fold for the newest {@code messages} messages that began at or below {@code upTo}.
     *
     * @param asOf messages that were void when the log ended here do not count
     */
    Future<FoldStart> foldStart(String session, long upTo, int messages, long asOf);

    /** The seq of the first event at or behind {@code seq} that ends a run; {@link Long#MAX_VALUE} when there is none yet. */
    Future<Long> runEnd(String session, long seq);

    /**
     * Every event of the session that changes earlier messages, oldest first: those that make them void, and what people
     * decided about calls.
     */
    Future<List<LogRow>> amendments(String session);

    /**
     * The events below seq {@code before} with which people took the conversation back, the newest first; not the restarts
     * of runs.
     */
    Future<List<LogRow>> rewinds(String session, long before, int rowsMax);

    /** The user's message {@code message}, or the last one for null, if there is such a one and it is not void. */
    Future<Optional<UserMessage>> userMessage(String session, String message);

    /**
     * @param seq of a {@code RUN_STARTED}, of the first run of those that one goes on with; 1 when there are fewer messages
     * @param earlier there are older messages than those that were asked for
     */
    record FoldStart(long seq, boolean earlier) {}

    /**
     * A message, and what rewinding to before it means.
     *
     * @param toSeq the last event before it, or before the run that it began
     * @param lastMessage the last message before it that is not void, or null
     */
    record UserMessage(String id, String text, long toSeq, String lastMessage) {}
}
