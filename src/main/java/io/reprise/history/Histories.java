package io.reprise.history;

import io.reprise.history.LogReader.FoldStart;
import io.reprise.message.Role;
import io.reprise.message.log.LogRow;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;

/** Reads and folds logs in bounded pieces. */
public final class Histories {
    static final int ROWS_PER_READ = 1000;
    static final int BYTES_PER_READ = 1 << 20;
    private static final int ROWS_PER_EXCHANGE = 200;
    private static final int BYTES_PER_EXCHANGE = 1 << 16;

    private final LogReader reader;
    private final Workers workers;

    /** Folds where the rows come in. */
    public Histories(LogReader reader) {
        this(reader, Workers.CALLER);
    }

    /** @param workers fold, so that no event loop does */
    public Histories(LogReader reader, Workers workers) {
        this.reader = reader;
        this.workers = workers;
    }

    /**
     * The newest messages at seq {@code upTo}.
     *
     * @param unstored rows from memory that tile on from the stored ones, only their part up to {@code upTo}; segments,
     *     as anything else is known only once it is stored
     */
    public Future<Newest> newest(String session, long upTo, int messages, List<LogRow> unstored) {
        long storedUpTo = unstored.isEmpty() ? upTo : unstored.getFirst().from() - 1;
        return reader.foldStart(session, upTo, messages, upTo)
                .compose(start -> fold(session, start.seq() - 1, storedUpTo, new Conversation())
                        .compose(conversation -> workers.run(() -> newest(conversation, unstored, start, messages))));
    }

    /**
     * The newest of the stored messages that began below seq {@code before}, whole and with the outcome of their run also
     * where that came later.
     */
    public Future<Newest> before(String session, long before, int messages) {
        return before(session, before, messages, Long.MAX_VALUE);
    }

    /** The same of the conversation as it was at seq {@code asOf}, whatever was taken back since. */
    public Future<Newest> before(String session, long before, int messages, long asOf) {
        long upTo = Math.min(before - 1, asOf);
        // The amendments first: one that comes in between is not known, as if this had been read before it.
        return reader.amendments(session)
                .compose(amendments -> Future.all(
                                reader.foldStart(session, upTo, messages, asOf), reader.runEnd(session, upTo))
                        .compose(bounds -> {
                            FoldStart start = bounds.resultAt(0);
                            long end = Math.min(bounds.resultAt(1), asOf);
                            return fold(session, start.seq() - 1, end, new Conversation())
                                    .compose(conversation -> workers.run(() -> newest(
                                            began(conversation, before, between(amendments, end, asOf)),
                                            start,
                                            messages,
                                            conversation)));
                        }));
    }

    /** What was taken back of the conversation, by seqs below {@code before}: the newest first. */
    public Future<List<Version>> versions(String session, long before, int versionsMax) {
        return reader.rewinds(session, before, versionsMax)
                .map(rows -> rows.stream().map(Version::before).toList());
    }

    /** What a model is given of the log up to seq {@code upTo}, which must be stored: its newest messages. */
    public Future<Context> context(String session, long upTo, int messages) {
        return reader.foldStart(session, upTo, messages, upTo)
                .compose(start -> fold(session, start.seq() - 1, upTo, new Conversation())
                        .map(conversation -> {
                            List<ChatMessage> all = conversation.messages();
                            List<ChatMessage> newest = all.subList(Math.max(0, all.size() - messages), all.size());
                            long first = newest.isEmpty()
                                    ? start.seq()
                                    : newest.getFirst().metadata().seq();
                            return new Context(new ContextStart(start.seq(), first), newest);
                        }));
    }

    /** The same for a longer range, from an earlier event on. */
    public Future<Context> context(String session, long upTo, ContextStart start) {
        return fold(session, start.fold() - 1, upTo, new Conversation())
                .map(conversation -> new Context(
                        start,
                        conversation.messages().stream()
                                .filter(message -> message.metadata().seq() >= start.first())
                                .toList()));
    }

    /**
     * Where a model's context begins, so that it can be made again.
     *
     * @param fold the seq with which its fold begins, a {@code RUN_STARTED}
     * @param first the seq of its first message
     */
    public record ContextStart(long fold, long first) {}

    public record Context(ContextStart start, List<ChatMessage> messages) {}

    /** What was asked and answered in (after, upTo], as far as the first rows of it tell; both may be empty. */
    public Future<Exchange> exchange(String session, long after, long upTo) {
        return reader.rows(session, after, upTo, ROWS_PER_EXCHANGE, BYTES_PER_EXCHANGE)
                .map(rows -> {
                    Conversation conversation = Conversation.of(rows);
                    return new Exchange(conversation.begins(Role.USER), conversation.begins(Role.ASSISTANT));
                });
    }

    /** The texts of a question and its answer, perhaps only their beginnings. */
    public record Exchange(String question, String answer) {}

    /** What was said in (after, upTo], all of it stored; {@code after} is the last event before a run. */
    public Future<Newest> span(String session, long after, long upTo) {
        return fold(session, after, upTo, new Conversation())
                .compose(conversation ->
                        workers.run(() -> new Newest(conversation.messages(), after > 0, conversation.activeRun())));
    }

    /** How many bytes there are to read for the whole conversation at seq {@code upTo}. */
    public Future<Long> bytes(String session, long upTo) {
        return reader.bytes(session, upTo);
    }

    /** The whole conversation at seq {@code upTo}, a piece at a time. */
    public Future<MessageStream> stream(String session, long upTo) {
        return reader.amendments(session)
                .map(amendments -> new MessageStream(reader, workers, session, upTo, amendments));
    }

    /** The whole conversation at the session's head as a file, for people. */
    public Future<Export> markdown(Export.Head head) {
        return export(head, new MarkdownExport(head));
    }

    /** The same for programs. */
    public Future<Export> json(Export.Head head) {
        return export(head, new JsonExport(head));
    }

    private Future<Export> export(Export.Head head, Export.Text text) {
        return stream(head.session().id(), head.session().head()).map(stream -> new Export(stream, text, workers));
    }

    /** Gives every stored row up to seq {@code upTo} to {@code taker}, in order, on one thread after the other. */
    public Future<Void> read(String session, long upTo, Consumer<LogRow> taker) {
        return read(session, 0, upTo, taker);
    }

    private Future<Void> read(String session, long after, long upTo, Consumer<LogRow> taker) {
        if (after >= upTo) return Future.succeededFuture();
        return reader.rows(session, after, upTo, ROWS_PER_READ, BYTES_PER_READ).compose(rows -> {
            if (rows.isEmpty()) return Future.succeededFuture();
            return workers.run(() -> give(session, rows, upTo, taker))
                    .compose(last -> read(session, last, upTo, taker));
        });
    }

    /**
     * Gives the rows to the taker; returns the last seq.
     *
     * @throws BrokenLog where it does not take one
     */
    static long give(String session, List<LogRow> rows, long upTo, Consumer<LogRow> taker) {
        for (LogRow row : rows) {
            try {
                taker.accept(clip(row, upTo));
            } catch (RuntimeException e) {
                throw new BrokenLog(session, row.seq(), e);
            }
        }
        return rows.getLast().seq();
    }

    private static List<LogRow> between(List<LogRow> amendments, long end, long asOf) {
        return amendments.stream()
                .filter(row -> row.seq() > end && row.seq() <= asOf)
                .toList();
    }

    /** With what came behind the end of the fold and changed what is in it. */
    private static List<ChatMessage> began(Conversation conversation, long before, List<LogRow> amendments) {
        amendments.forEach(conversation::apply);
        return conversation.messages().stream()
                .filter(message -> message.metadata().seq() < before)
                .toList();
    }

    private static Newest newest(Conversation conversation, List<LogRow> unstored, FoldStart start, int messages) {
        unstored.forEach(conversation::apply);
        return newest(conversation.messages(), start, messages, conversation);
    }

    private static Newest newest(List<ChatMessage> all, FoldStart start, int messages, Conversation conversation) {
        int skipped = Math.max(0, all.size() - messages);
        return new Newest(all.subList(skipped, all.size()), start.earlier() || skipped > 0, conversation.activeRun());
    }

    private Future<Conversation> fold(String session, long after, long upTo, Conversation conversation) {
        return read(session, after, upTo, conversation::apply).map(conversation);
    }

    private static LogRow clip(LogRow row, long upTo) {
        return row instanceof LogRow.Segment segment ? segment.upTo(upTo) : row;
    }

    /**
     * @param earlier there are older messages
     * @param run the run that has not ended, or null
     */
    public record Newest(List<ChatMessage> messages, boolean earlier, ActiveRun run) {
        /** The newest of these messages, as many as fit; at least one if there is any. */
        public Newest within(int charsMax) {
            int first = messages.size();
            long chars = 0;
            while (first > 0) {
                chars += messages.get(first - 1).chars();
                if (chars > charsMax && first < messages.size()) break;
                first--;
            }
            return new Newest(messages.subList(first, messages.size()), earlier || first > 0, run);
        }
    }
}
