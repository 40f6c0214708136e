package io.reprise.history;

import io.reprise.message.Chosen;
import io.reprise.message.content.Content;
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
     * The whole rows that contain seqs in (after, upTo], in order: the first row may begin at or below {@code after},
     * the last may end above {@code upTo}.
     *
     * @param rowsMax largest number of rows
     * @param bytesMax no row is added after the earlier rows have reached this size; at least one row is returned if
     *     there is any
     */
    Future<List<LogRow>> rows(String session, long after, long upTo, int rowsMax, int bytesMax);

    /** The stored size of the events up to {@code upTo}, in bytes. */
    Future<Long> bytes(String session, long upTo);

    /**
     * Where a fold must begin for the newest {@code messages} messages that began at or below {@code upTo}.
     *
     * @param asOf messages that were superseded when the log ended here do not count
     */
    Future<FoldStart> foldStart(String session, long upTo, int messages, long asOf);

    /**
     * {@link #foldStart} for messages that began at or below {@code upTo}, together with the first {@link #rows} of the
     * fold in (start - 1, rowsUpTo], in one read if the store can do that.
     */
    default Future<FoldRows> foldRows(
            String session, long upTo, int messages, long rowsUpTo, int rowsMax, int bytesMax) {
        return foldStart(session, upTo, messages, upTo)
                .compose(start -> start.seq() > rowsUpTo
                        ? Future.succeededFuture(new FoldRows(start, List.of()))
                        : rows(session, start.seq() - 1, rowsUpTo, rowsMax, bytesMax)
                                .map(rows -> new FoldRows(start, rows)));
    }

    /** The first event at or after {@code seq} that ends a run; {@link Long#MAX_VALUE} if there is none yet. */
    Future<Long> runEnd(String session, long seq);

    /**
     * Every event of the session that changes earlier messages, oldest first: rewinds and restarts, decisions about
     * calls, and feedback.
     */
    Future<List<LogRow>> amendments(String session);

    /**
     * The events below seq {@code before} with which people rewound the conversation, newest first; without the restarts of
     * runs.
     */
    Future<List<LogRow>> rewinds(String session, long before, int rowsMax);

    /**
     * The newest event at or below seq {@code upTo} that holds a summary of the conversation; empty if there is none. A
     * summary that covers messages which a rewind has superseded does not count.
     */
    Future<Optional<LogRow>> summary(String session, long upTo);

    /** The user's message with this id, or the last one for null; empty if there is none or it is superseded. */
    Future<Optional<UserMessage>> userMessage(String session, String message);

    /**
     * The text of an agent with this id; empty if there is none, or it is superseded or the work of a sub-agent. A log without
     * texts finds none.
     */
    default Future<Optional<Answer>> answer(String session, String message) {
        return Future.succeededFuture(Optional.empty());
    }

    /**
     * An answer of an agent.
     *
     * @param seq of its first event
     * @param model the provider's name for the model that wrote it, or null
     */
    record Answer(String message, long seq, String run, String model) {}

    /**
     * @param seq seq of a {@code RUN_STARTED}, of the first run in a chain of resumed runs; 1 if there are fewer
     *     messages
     * @param earlier whether there are older messages than the requested ones
     */
    record FoldStart(long seq, boolean earlier) {}

    /** @param rows the first rows of the fold; empty if it has none */
    record FoldRows(FoldStart start, List<LogRow> rows) {}

    /**
     * A message, and the effect of a rewind to before it.
     *
     * @param toSeq the last event before it, or before the run that it started
     * @param lastMessage the last message before it that is not superseded, or null
     */
    record UserMessage(String id, Content content, long toSeq, String lastMessage, Chosen chosen) {
        public UserMessage(String id, Content content, long toSeq, String lastMessage) {
            this(id, content, toSeq, lastMessage, null);
        }
    }
}
