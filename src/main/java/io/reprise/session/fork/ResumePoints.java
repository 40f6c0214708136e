package io.reprise.session.fork;

import io.reprise.history.ChatMessage;
import io.reprise.history.CheckpointDirectory;
import io.reprise.history.CheckpointInfo;
import io.reprise.history.Histories;
import io.reprise.history.LogReader;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.message.log.OpenItems.OpenCall;
import io.reprise.session.effect.ResumePoint;
import io.reprise.session.store.EventStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Finds the checkpoints of a session whose events are still in the log. */
public final class ResumePoints {
    private final CheckpointDirectory checkpoints;
    private final BiFunction<String, String, Future<Optional<Long>>> rootSeq;
    private final LogReader reader;
    private final Histories histories;

    /** @param rootSeq see {@link EventStore#rootSeq} */
    public ResumePoints(
            CheckpointDirectory checkpoints,
            LogReader reader,
            Histories histories,
            BiFunction<String, String, Future<Optional<Long>>> rootSeq) {
        this.checkpoints = checkpoints;
        this.reader = reader;
        this.rootSeq = rootSeq;
        this.histories = histories;
    }

    /** The checkpoint, if it exists, is not superseded and was saved after the last clear. */
    Future<Optional<CheckpointInfo>> valid(String session, String checkpoint) {
        return checkpoints
                .find(session, checkpoint)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : reader.amendments(session)
                                .map(rows -> found.filter(
                                        info -> rows.stream().noneMatch(row -> isVoidBy(row, info.seq())))));
    }

    private static boolean isVoidBy(LogRow row, long seq) {
        return row.seq() > seq
                && EventJson.parse(row.json(0, row.seq())) instanceof LogEvent.Custom custom
                && custom.value() instanceof LogEvent.Voiding voiding
                && voiding.toSeq() < seq;
    }

    public Future<Optional<ResumePoint>> find(String session, String checkpoint) {
        return valid(session, checkpoint)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : rootSeq.apply(session, found.get().run())
                                .compose(root -> root.isEmpty()
                                        ? Future.succeededFuture(Optional.empty())
                                        : point(session, found.get(), root.get())
                                                .map(Optional::of)));
    }

    private Future<ResumePoint> point(String session, CheckpointInfo info, long rootSeq) {
        return histories
                .span(session, rootSeq - 1, info.seq())
                .compose(said -> histories.before(session, rootSeq, 2).map(before -> {
                    String beforeRoot = last(before.messages());
                    String last = last(said.messages());
                    return new ResumePoint(
                            info.id(),
                            info.run(),
                            info.seq(),
                            last == null ? beforeRoot : last,
                            rootSeq,
                            beforeRoot,
                            openCalls(said));
                }));
    }

    private static List<OpenCall> openCalls(Histories.Newest said) {
        if (said.run() == null) return List.of();
        return said.run().toolCalls().stream()
                .map(call -> new OpenCall(call.id(), call.subagentRunId()))
                .toList();
    }

    /** The last message that an event begins; messages that only consist of calls are ignored. */
    private static String last(List<ChatMessage> messages) {
        return messages.reversed().stream()
                .filter(message -> message.content() != null && message.subagentRunId() == null)
                .findFirst()
                .map(ChatMessage::id)
                .orElse(null);
    }
}
