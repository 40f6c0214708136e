package io.reprise.session.fork;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.history.CheckpointDirectory;
import io.reprise.history.CheckpointInfo;
import io.reprise.history.Histories;
import io.reprise.history.LogReader;
import io.reprise.message.Role;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.Outcome;
import io.reprise.message.log.LogEvent.RunMetadata;
import io.reprise.message.log.LogRow;
import io.reprise.message.log.OpenItems.OpenCall;
import io.reprise.session.effect.ResumePoint;
import io.reprise.session.log.SessionLog;
import io.reprise.support.Current;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The checkpoints from which a session can continue, and the conversation at that point. */
class ResumePointsTest {
    private final SessionLog log =
            new SessionLog("s", Current.always(Settings.with(Map.of()).log()), 0, 1);
    private String run;
    private long rootSeq;
    private long seq;

    @Test
    void a_resume_point_names_the_last_message_and_the_open_calls() {
        begin("r0", new RunMetadata("user"));
        say("m0");
        end();
        begin("r1", new RunMetadata("user"));
        rootSeq = log.decided();
        say("m1");
        call("t1");
        call("t2");
        number(LogEvent.ToolCallResult.of("m2", "t1", "12:00"));
        seq = log.decided();
        number(LogEvent.ToolCallResult.of("m3", "t2", "13:00"));
        end();

        assertThat(find())
                .contains(new ResumePoint("c", "r1", seq, "m2", rootSeq, "m0", List.of(new OpenCall("t2", null))));
    }

    @Test
    void a_checkpoint_that_a_rewind_superseded_is_no_resume_point() {
        begin("r1", new RunMetadata("user"));
        rootSeq = 1;
        say("m1");
        seq = log.decided();
        number(LogEvent.ToolCallResult.of("m2", "t1", "12:00"));
        end();
        number(LogEvent.Custom.of(new LogEvent.HistoryRewound(seq, "m1")));

        assertThat(find()).isPresent();
        seq++;
        assertThat(find()).isEmpty();
        // A checkpoint after the rewind
        seq = log.decided() + 1;
        assertThat(find()).isPresent();
    }

    @Test
    void a_resume_point_of_an_erased_or_unknown_run_does_not_exist() {
        begin("r1", new RunMetadata("user"));
        say("m1");
        rootSeq = 1;
        seq = log.decided();

        assertThat(points(Optional.empty()).find("s", "c").result()).isEmpty();
        assertThat(points(Optional.of(1L)).find("s", "other").result()).isEmpty();
    }

    private Optional<ResumePoint> find() {
        return points(Optional.of(rootSeq)).find("s", "c").result();
    }

    private ResumePoints points(Optional<Long> root) {
        Rows rows = new Rows(log.unstored(true));
        return new ResumePoints(
                new One(seq), rows, new Histories(rows), (session, its) -> Future.succeededFuture(root));
    }

    private void begin(String id, RunMetadata metadata) {
        run = id;
        number(new LogEvent.RunStarted("s", id, metadata));
    }

    private void end() {
        number(new LogEvent.RunFinished("s", run, Outcome.SUCCESS, List.of()));
    }

    private void say(String id) {
        number(new LogEvent.TextStart(id, Role.USER, new MessageMetadata("c", "ada")));
        number(new LogEvent.TextContent(id, "hello"));
        number(new LogEvent.TextEnd(id));
    }

    private void call(String id) {
        number(new LogEvent.ToolCallStart(id, "time", "turn"));
        number(new LogEvent.ToolCallEnd(id));
    }

    private void number(LogEvent event) {
        log.number(event, run, 0);
    }

    /** The checkpoint {@code c} of the run {@code r1}. */
    private record One(long seq) implements CheckpointDirectory {
        @Override
        public Future<List<CheckpointInfo>> list(String session, long beforeSeq, int limit) {
            throw new AssertionError("nobody lists");
        }

        @Override
        public Future<Optional<CheckpointInfo>> find(String session, String id) {
            return Future.succeededFuture(Optional.of(new CheckpointInfo("c", "r1", seq, 0, 1, 9))
                    .filter(info -> info.id().equals(id)));
        }
    }

    /** All of a log. */
    private record Rows(List<LogRow> all) implements LogReader {
        @Override
        public Future<List<LogRow>> rows(String session, long after, long upTo, int rowsMax, int bytesMax) {
            return Future.succeededFuture(all.stream()
                    .filter(row -> row.seq() > after && row.from() <= upTo)
                    .toList());
        }

        @Override
        public Future<Optional<LogRow>> summary(String session, long upTo) {
            return Future.succeededFuture(Optional.empty());
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
        public Future<Long> runEnd(String session, long from) {
            return Future.succeededFuture(all.stream()
                    .filter(row -> row.seq() >= from && row.type().equals("RUN_FINISHED"))
                    .mapToLong(LogRow::seq)
                    .min()
                    .orElse(Long.MAX_VALUE));
        }

        @Override
        public Future<List<LogRow>> rewinds(String session, long before, int rowsMax) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<List<LogRow>> amendments(String session) {
            return Future.succeededFuture(
                    all.stream().filter(row -> row.type().equals("CUSTOM")).toList());
        }

        @Override
        public Future<Optional<UserMessage>> userMessage(String session, String message) {
            throw new AssertionError("nobody asks");
        }
    }
}
