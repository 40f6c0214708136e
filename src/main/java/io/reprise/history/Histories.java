package io.reprise.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.LogReader.FoldStart;
import io.reprise.history.export.Export;
import io.reprise.history.export.JsonExport;
import io.reprise.history.export.MarkdownExport;
import io.reprise.message.Role;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads and folds logs in bounded pieces. */
public final class Histories {
    static final int ROWS_PER_READ = 1000;
    static final int BYTES_PER_READ = 1 << 20;
    private static final int ROWS_PER_EXCHANGE = 200;
    private static final int BYTES_PER_EXCHANGE = 1 << 16;

    private final LogReader reader;
    private final Workers workers;

    /** Folds on the thread on which rows arrive. */
    public Histories(LogReader reader) {
        this(reader, Workers.CALLER);
    }

    /** @param workers threads for folding, so that no event loop does it */
    public Histories(LogReader reader, Workers workers) {
        this.reader = reader;
        this.workers = workers;
    }

    /**
     * The newest messages at seq {@code upTo}.
     *
     * @param unstored rows from memory that follow the stored ones; only their part up to {@code upTo} is used, and
     *     only segments, because other rows are known only after they are stored
     */
    public Future<Newest> newest(String session, long upTo, int messages, List<LogRow> unstored) {
        long storedUpTo = unstored.isEmpty() ? upTo : unstored.getFirst().from() - 1;
        return foldNewest(session, upTo, messages, storedUpTo, new Conversation())
                .compose(fold -> workers.run(() -> newest(fold.conversation(), unstored, fold.start(), messages)));
    }

    /**
     * The newest stored messages that began below seq {@code before}: complete, and with the outcome of their run even
     * if that is later in the log.
     */
    public Future<Newest> before(String session, long before, int messages) {
        return before(session, before, messages, Long.MAX_VALUE);
    }

    /** The same of the conversation as it was at seq {@code asOf}, whatever was superseded since. */
    public Future<Newest> before(String session, long before, int messages, long asOf) {
        long upTo = Math.min(before - 1, asOf);
        // Reads the amendments first. An amendment that is stored in between is ignored, as if this read had come
        // before it.
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

    /** The rewinds of the conversation with seqs below {@code before}, newest first. */
    public Future<List<Version>> versions(String session, long before, int versionsMax) {
        return reader.rewinds(session, before, versionsMax)
                .map(rows -> rows.stream().map(Version::before).toList());
    }

    /** The messages for a model from the log up to seq {@code upTo}, which must be stored. */
    public Future<Context> context(String session, long upTo, int messages) {
        return foldNewest(session, upTo, messages, upTo, Conversation.forModel())
                .map(fold -> {
                    List<ChatMessage> all = fold.conversation().messages().stream()
                            .filter(ChatMessage::isOuter)
                            .toList();
                    List<ChatMessage> newest = all.subList(Math.max(0, all.size() - messages), all.size());
                    long start = fold.start().seq();
                    long first = newest.isEmpty()
                            ? start
                            : newest.getFirst().metadata().seq();
                    return compacted(new Context(new ContextStart(start, first), newest), fold.conversation());
                });
    }

    /** Without the messages that a summary stands for. */
    private static Context compacted(Context all, Conversation conversation) {
        LogEvent.ContextSummarised summary = conversation.compacted();
        if (summary == null) return all;
        Context rest = all.from(summary.upToSeq() + 1);
        long first = rest.messages().isEmpty()
                ? summary.upToSeq() + 1
                : rest.messages().getFirst().metadata().seq();
        return rest.from(first).with(summary.text());
    }

    private record Fold(FoldStart start, Conversation conversation) {}

    /** The newest messages at seq {@code upTo}, from the rows up to {@code rowsUpTo}; usually in one read. */
    private Future<Fold> foldNewest(String session, long upTo, int messages, long rowsUpTo, Conversation conversation) {
        return reader.foldRows(session, upTo, messages, rowsUpTo, ROWS_PER_READ, BYTES_PER_READ)
                .compose(first -> take(session, Future.succeededFuture(first.rows()), rowsUpTo, conversation::apply)
                        .map(new Fold(first.start(), conversation)));
    }

    /** As above, for a longer range that starts at an earlier event. */
    public Future<Context> context(String session, long upTo, ContextStart start) {
        return fold(session, start.fold() - 1, upTo, Conversation.forModel()).map(conversation -> {
            Map<Boolean, List<ChatMessage>> said =
                    conversation.messages().stream().collect(Collectors.partitioningBy(ChatMessage::isOuter));
            Context all = new Context(
                    start,
                    said.get(true).stream()
                            .filter(message -> message.metadata().seq() >= start.first())
                            .toList(),
                    null,
                    said.get(false));
            LogEvent.ContextSummarised summary = conversation.compacted();
            // An earlier summary than the one that the context begins with changes nothing.
            boolean isNewer = summary != null && summary.upToSeq() >= start.first();
            return isNewer ? compacted(all, conversation) : all;
        });
    }

    /**
     * Where a model's context begins, so that the same context can be computed again.
     *
     * @param fold seq of a {@code RUN_STARTED} where the fold begins
     * @param first seq of the first message
     * @param summarised whether a summary of what was said before stands in front of it
     */
    public record ContextStart(
            long fold,
            long first,
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean summarised) {
        public ContextStart(long fold, long first) {
            this(fold, first, false);
        }
    }

    /**
     * What a model is shown of a conversation.
     *
     * @param summary of what was said before the messages, or null
     * @param inner messages of sub-agents in that range, for a run that resumes; no model is shown them but their own
     */
    public record Context(ContextStart start, List<ChatMessage> messages, String summary, List<ChatMessage> inner) {
        public Context(ContextStart start, List<ChatMessage> messages) {
            this(start, messages, null);
        }

        public Context(ContextStart start, List<ChatMessage> messages, String summary) {
            this(start, messages, summary, List.of());
        }

        /** The same without the messages that began before this seq. */
        public Context from(long seq) {
            return new Context(
                    new ContextStart(start.fold(), seq, start.summarised()),
                    messages.stream()
                            .filter(message -> message.metadata().seq() >= seq)
                            .toList(),
                    summary,
                    inner);
        }

        /**
         * The same behind messages of another session.
         *
         * @param itsSummary of what was said before those, or null
         */
        public Context behind(List<ChatMessage> others, String itsSummary) {
            return new Context(
                    start, Stream.concat(others.stream(), messages.stream()).toList(), itsSummary, inner);
        }

        /** The same without a summary. */
        public Context bare() {
            return new Context(new ContextStart(start.fold(), start.first()), messages, null, inner);
        }

        /** The same with a summary of what was said before. */
        public Context with(String itsSummary) {
            return new Context(new ContextStart(start.fold(), start.first(), true), messages, itsSummary, inner);
        }
    }

    /** The newest stored summary that covers nothing behind seq {@code upTo}; empty if there is none. */
    public Future<Optional<LogEvent.ContextSummarised>> summary(String session, long upTo) {
        return reader.summary(session, upTo).map(found -> found.map(Histories::summary));
    }

    private static LogEvent.ContextSummarised summary(LogRow row) {
        LogEvent.Custom event = (LogEvent.Custom) EventJson.parse(row.json(0, row.seq()));
        return (LogEvent.ContextSummarised) event.value();
    }

    /** The question and answer in (after, upTo], as far as its first rows contain them; both may be empty. */
    public Future<Exchange> exchange(String session, long after, long upTo) {
        return reader.rows(session, after, upTo, ROWS_PER_EXCHANGE, BYTES_PER_EXCHANGE)
                .map(rows -> {
                    Conversation conversation = Conversation.of(rows);
                    return new Exchange(conversation.begins(Role.USER), conversation.begins(Role.ASSISTANT));
                });
    }

    /** The texts of a question and its answer, possibly only their beginnings. */
    public record Exchange(String question, String answer) {}

    /** The messages in (after, upTo], all of which must be stored; {@code after} is the last event before a run. */
    public Future<Newest> span(String session, long after, long upTo) {
        return fold(session, after, upTo, new Conversation())
                .compose(conversation ->
                        workers.run(() -> new Newest(conversation.messages(), after > 0, conversation.activeRun())));
    }

    /** The stored size of the conversation at seq {@code upTo}, in bytes. */
    public Future<Long> bytes(String session, long upTo) {
        return reader.bytes(session, upTo);
    }

    /** The whole conversation at seq {@code upTo} as a stream. */
    public Future<MessageStream> stream(String session, long upTo) {
        return reader.amendments(session)
                .map(amendments -> new MessageStream(reader, workers, session, upTo, amendments));
    }

    /** The conversation at the session's head as a Markdown file. */
    public Future<Export> markdown(Export.Head head) {
        return export(head, new MarkdownExport(head));
    }

    /** The conversation at the session's head as a JSON file. */
    public Future<Export> json(Export.Head head) {
        return export(head, new JsonExport(head));
    }

    private Future<Export> export(Export.Head head, Export.Text text) {
        return stream(head.session().id(), head.session().head()).map(stream -> new Export(stream, text, workers));
    }

    /** Passes every stored row up to seq {@code upTo} to {@code taker}, in order, one at a time. */
    public Future<Void> read(String session, long upTo, Consumer<LogRow> taker) {
        return read(session, 0, upTo, taker);
    }

    private Future<Void> read(String session, long after, long upTo, Consumer<LogRow> taker) {
        if (after >= upTo) return Future.succeededFuture();
        return take(session, rows(session, after, upTo), upTo, taker);
    }

    /** Reads the next rows from the store while {@code taker} takes these: at most two reads are in memory. */
    private Future<Void> take(String session, Future<List<LogRow>> read, long upTo, Consumer<LogRow> taker) {
        return read.compose(rows -> {
            if (rows.isEmpty()) return Future.succeededFuture();
            long last = rows.getLast().seq();
            Future<List<LogRow>> next = last < upTo ? rows(session, last, upTo) : null;
            Future<Long> taken = workers.run(() -> give(session, rows, upTo, taker));
            return next == null ? taken.mapEmpty() : taken.compose(seq -> take(session, next, upTo, taker));
        });
    }

    private Future<List<LogRow>> rows(String session, long after, long upTo) {
        return reader.rows(session, after, upTo, ROWS_PER_READ, BYTES_PER_READ);
    }

    /**
     * Passes the rows to {@code taker}; returns the last seq.
     *
     * @throws BrokenLog if {@code taker} cannot process a row
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

    /** Includes later events that changed messages of the fold. */
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
        int skipped = skipped(all, messages);
        return new Newest(all.subList(skipped, all.size()), start.earlier() || skipped > 0, conversation.activeRun());
    }

    /** How many there are before the newest of the session itself; those of sub-agents among these are not counted. */
    private static int skipped(List<ChatMessage> all, int messages) {
        int left = messages;
        int first = all.size();
        for (int i = all.size() - 1; i >= 0 && left > 0; i--) {
            if (!all.get(i).isOuter()) continue;
            first = i;
            left--;
        }
        return left > 0 ? 0 : first;
    }

    private Future<Conversation> fold(String session, long after, long upTo, Conversation conversation) {
        return read(session, after, upTo, conversation::apply).map(conversation);
    }

    private static LogRow clip(LogRow row, long upTo) {
        return row instanceof LogRow.Segment segment ? segment.upTo(upTo) : row;
    }

    /**
     * @param earlier whether there are older messages
     * @param run the active run, or null
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
