package io.reprise.history;

import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Streams a whole conversation: a message is emitted once nothing later in the log can change it, so that only one or
 * two runs, and rewound messages, are in memory at once.
 */
public final class MessageStream {
    private final LogReader reader;
    private final Workers workers;
    private final String session;
    private final long upTo;
    private final Rewinds rewinds;
    /** In the order of the log. */
    private final List<LogEvent.FeedbackUpdated> feedback;

    private final Conversation conversation = new Conversation();
    private long after;
    private boolean ended;

    /** @param amendments amendments of the whole log, oldest first */
    MessageStream(LogReader reader, Workers workers, String session, long upTo, List<LogRow> amendments) {
        this.reader = reader;
        this.workers = workers;
        this.session = session;
        this.upTo = upTo;
        this.rewinds = new Rewinds(amendments, upTo);
        this.feedback = feedback(amendments, upTo);
    }

    /**
     * The next messages; may be empty although more follow.
     *
     * @param last whether this is the last part
     * @param run in the last part: the active run, or null
     */
    public record Part(List<ChatMessage> messages, boolean last, ActiveRun run) {}

    /** Call it again only after its future has completed, until the last part. */
    public Future<Part> next() {
        if (ended) throw new IllegalStateException("there is nothing behind the last part");
        if (after >= upTo) return workers.run(this::rest);
        return reader.rows(session, after, upTo, Histories.ROWS_PER_READ, Histories.BYTES_PER_READ)
                .compose(rows -> workers.run(() -> fold(rows)));
    }

    private Part fold(List<LogRow> rows) {
        if (rows.isEmpty()) throw new StoreAway(new IllegalStateException("the log was erased while it was read"));
        List<ChatMessage> settled = new ArrayList<>();
        after = Histories.give(session, rows, upTo, row -> {
            conversation.apply(row);
            if (endsRun(row) && !rewinds.reachBehind(row.seq())) settled.addAll(settle());
        });
        return new Part(settled, false, null);
    }

    /** With what is said of them later in the log. */
    private List<ChatMessage> settle() {
        feedback.forEach(conversation::opine);
        return conversation.settle();
    }

    private static boolean endsRun(LogRow row) {
        return row.type().equals("RUN_FINISHED") || row.type().equals("RUN_ERROR");
    }

    private Part rest() {
        ended = true;
        return new Part(conversation.messages(), true, conversation.activeRun());
    }

    private static List<LogEvent.FeedbackUpdated> feedback(List<LogRow> amendments, long upTo) {
        List<LogEvent.FeedbackUpdated> found = new ArrayList<>();
        for (LogRow row : amendments) {
            if (row.seq() <= upTo
                    && EventJson.parse(row.json(0, row.seq()))
                            instanceof LogEvent.Custom(String name, LogEvent.FeedbackUpdated given)) found.add(given);
        }
        return found;
    }

    /** How far back later rewinds and restarts reach. */
    private static final class Rewinds {
        private final List<Long> seqs = new ArrayList<>();
        private final long[] furthestFrom;
        private int next;

        Rewinds(List<LogRow> amendments, long upTo) {
            List<Long> targets = new ArrayList<>();
            for (LogRow row : amendments) {
                if (row.seq() > upTo || !(EventJson.parse(row.json(0, row.seq())) instanceof LogEvent.Custom custom))
                    continue;
                if (!(custom.value() instanceof LogEvent.Voiding voiding)) continue;
                seqs.add(row.seq());
                targets.add(voiding.toSeq());
            }
            furthestFrom = new long[targets.size() + 1];
            furthestFrom[targets.size()] = Long.MAX_VALUE;
            for (int i = targets.size() - 1; i >= 0; i--)
                furthestFrom[i] = Math.min(targets.get(i), furthestFrom[i + 1]);
        }

        /** Whether a later event supersedes the event at {@code seq}. Call it in the order of the log. */
        boolean reachBehind(long seq) {
            while (next < seqs.size() && seqs.get(next) <= seq) next++;
            return furthestFrom[next] < seq;
        }
    }
}
