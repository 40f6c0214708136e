package io.reprise.agent;

import io.reprise.history.LogReader;
import io.reprise.message.Role;
import io.reprise.message.content.Part;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.Delta;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.RunMetadata;
import io.reprise.message.log.LogEvent.RunStarted;
import io.reprise.message.log.LogEvent.TextContent;
import io.reprise.message.log.LogEvent.TextEnd;
import io.reprise.message.log.LogEvent.TextStart;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.message.log.LogEvent.ToolCallStart;
import io.reprise.message.log.LogRow;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Logs in memory, each row one event. */
public final class FakeLog implements LogReader {
    private final Map<String, List<LogRow>> sessions = new ConcurrentHashMap<>();
    public volatile Future<List<LogRow>> broken;

    /** Reads that still fail. */
    public final AtomicInteger awayFor = new AtomicInteger();

    /** What a session stores before it calls an agent; returns the head. */
    public long userSays(String session, String run, String text) {
        return userSays(session, run, text, null);
    }

    /** @param parts behind the text, or null */
    public long userSays(String session, String run, String text, List<Part> parts) {
        append(session, run, new RunStarted(session, run, new RunMetadata("user")));
        append(session, run, new TextStart("u_" + run, Role.USER, new MessageMetadata("c", "me").with(parts)));
        if (!text.isEmpty()) append(session, run, new TextContent("u_" + run, text));
        return append(session, run, new TextEnd("u_" + run));
    }

    public long append(String session, String run, LogEvent event) {
        List<LogRow> rows = sessions.computeIfAbsent(session, id -> new CopyOnWriteArrayList<>());
        long seq = rows.size() + 1L;
        String type = EventJson.type(event);
        rows.add(
                event instanceof Delta delta
                        ? new LogRow.Segment(
                                seq,
                                seq,
                                run,
                                type,
                                delta.target(),
                                delta.delta(),
                                new int[] {delta.delta().length()},
                                0)
                        : new LogRow.Single(seq, run, type, EventJson.of(event), 0));
        return seq;
    }

    public long head(String session) {
        return sessions.get(session).size();
    }

    /** The last result after {@code seq} of a call that began at or below it, or {@code seq}. */
    long withResultsBehind(String session, long seq) {
        Set<String> begun = new HashSet<>();
        long last = seq;
        for (LogRow row : sessions.get(session)) {
            if (!(row instanceof LogRow.Single single)) continue;
            LogEvent event = EventJson.parse(single.payload());
            if (event instanceof ToolCallStart start && row.seq() <= seq) begun.add(start.toolCallId());
            if (event instanceof ToolCallResult result && row.seq() > seq && begun.contains(result.toolCallId())) {
                last = row.seq();
            }
            if (event instanceof LogEvent.Custom(String name, LogEvent.Voiding voiding) && voiding.toSeq() < last) {
                last = Math.max(seq, voiding.toSeq());
            }
        }
        return last;
    }

    @Override
    public Future<List<LogRow>> rows(String session, long after, long upTo, int rowsMax, int bytesMax) {
        if (awayFor.getAndUpdate(left -> Math.max(0, left - 1)) > 0) return Future.failedFuture("away");
        if (broken != null) return broken;
        return Future.succeededFuture(sessions.get(session).stream()
                .filter(row -> row.seq() > after && row.from() <= upTo)
                .limit(rowsMax)
                .toList());
    }

    @Override
    public Future<Optional<LogRow>> summary(String session, long upTo) {
        return Future.succeededFuture(sessions.getOrDefault(session, List.of()).reversed().stream()
                .filter(row -> row.seq() <= upTo
                        && row instanceof LogRow.Single single
                        && single.payload().contains(LogEvent.ContextSummarised.NAME))
                .findFirst());
    }

    @Override
    public Future<Long> bytes(String session, long upTo) {
        return Future.succeededFuture(0L);
    }

    @Override
    public Future<FoldStart> foldStart(String session, long upTo, int messages, long asOf) {
        return Future.succeededFuture(new FoldStart(1, false));
    }

    @Override
    public Future<List<LogRow>> rewinds(String session, long before, int rowsMax) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<List<LogRow>> amendments(String session) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Optional<UserMessage>> userMessage(String session, String message) {
        return Future.succeededFuture(Optional.empty());
    }

    @Override
    public Future<Long> runEnd(String session, long seq) {
        return Future.succeededFuture(Long.MAX_VALUE);
    }
}
