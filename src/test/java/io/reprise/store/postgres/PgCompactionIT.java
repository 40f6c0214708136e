package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.newSession;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.LogSettings;
import io.reprise.config.Settings;
import io.reprise.job.Sweep;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.message.log.LogRow.Segment;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change;
import io.reprise.session.store.RunRow;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Logs in fewer rows say the same to every cursor. */
class PgCompactionIT {
    private static final String SESSION = "s_1";
    private static final int REPLAY_EVENTS = 100;
    private static final int RACES = Rounds.of(40, 1_000);

    private final Random random = Seed.random("PgCompactionIT");
    private final StoreFixture fixture = new StoreFixture();
    private final PgEventStore store = new PgEventStore(fixture.pool);
    private final PgLogReader reader = new PgLogReader(fixture.pool);
    private final LogSettings settings =
            Settings.with(Map.of("log.replayEvents", "" + REPLAY_EVENTS)).log();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void the_rows_of_a_message_become_one_that_answers_each_cursor_as_before() {
        long head = store(SESSION, randomLog(3_000));
        Map<Long, String> before = bySeq(rows(SESSION, 0, head));
        long rowsBefore = count(SESSION);

        long fewer = compact(20 + random.nextInt(200));

        assertThat(rowsBefore - count(SESSION)).isEqualTo(fewer).isGreaterThan(rowsBefore / 3);
        assertThat(bySeq(rows(SESSION, 0, head))).isEqualTo(before);
        for (int i = 0; i < 300; i++) {
            long after = random.nextLong(head);
            long upTo = after + 1 + random.nextLong(head - after);
            assertThat(bySeq(page(after, upTo)))
                    .as("after %d up to %d", after, upTo)
                    .isEqualTo(part(before, after, upTo));
        }
        assertThat(compact(50)).as("nothing is left to do").isZero();
        assertThat(fixture.look("""
                SELECT count(*) FROM (SELECT from_seq, lag(seq) OVER (ORDER BY seq) AS before FROM session_event) AS rows
                WHERE from_seq <> coalesce(before, 0) + 1""")).as("rows that do not follow each other").isEqualTo("0");
    }

    @Test
    void the_newest_events_and_the_last_run_stay_as_they_are() {
        List<LogRow> log = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) log.add(StoreFixture.segment(i + 1, "r_1", "w"));
        log.add(StoreFixture.single(1_001, "r_2", new LogEvent.StepStarted("step 1")));
        for (int i = 0; i < 300; i++) log.add(StoreFixture.segment(1_002 + i, "r_2", "v"));
        store(SESSION, log);

        compact(5_000);

        assertThat(fixture.look("SELECT string_agg(from_seq || '..' || seq, ' ' ORDER BY seq) FROM session_event"
                        + " WHERE seq <> from_seq"))
                .isEqualTo("1..1000");
        assertThat(count(SESSION)).isEqualTo(302);
    }

    /** The owner goes on meanwhile: its appends are stored, and what it clears is gone. */
    @Test
    void a_log_that_is_written_and_cleared_meanwhile_is_complete_or_empty() {
        for (int round = 0; round < RACES; round++) {
            String session = "s_race_" + round;
            long head = store(session, randomLog(600));
            boolean clears = random.nextBoolean();
            AppendInTheMaking next = new AppendInTheMaking(session, 1, 1, head + 1)
                    .rows(StoreFixture.single(head + 1, "r_3", new LogEvent.StepStarted("next")));
            if (clears) next = next.with(new Change.Cleared(head + 1));

            Future<Long> compacted = null;
            boolean first = random.nextBoolean();
            if (first) compacted = begun(session);
            Future<AppendOutcome> appended = store.append(next.build());
            if (!first) compacted = begun(session);

            assertThat(await(appended)).isEqualTo(new AppendOutcome.Stored());
            await(compacted);
            assertThat(seqs(session)).as(session).isEqualTo(clears ? 0 : head + 1);
        }
    }

    private Future<Long> begun(String session) {
        PgCompaction sweep = new PgCompaction(fixture.pool, settings, 100);
        return all(sweep, 0);
    }

    private static Future<Long> all(Sweep sweep, long before) {
        return sweep.next().compose(batch -> {
            long deleted = before + batch.deleted();
            return batch.more() ? all(sweep, deleted) : Future.succeededFuture(deleted);
        });
    }

    private long compact(int batch) {
        return await(all(new PgCompaction(fixture.pool, settings, batch), 0));
    }

    private List<LogRow> randomLog(int events) {
        List<LogRow> log = new ArrayList<>();
        long seq = 1;
        while (seq <= events) {
            if (random.nextInt(40) == 0) {
                log.add(StoreFixture.single(seq++, "r_1", new LogEvent.StepStarted("step " + seq)));
                continue;
            }
            String[] texts = new String[1 + random.nextInt(4)];
            for (int i = 0; i < texts.length; i++)
                texts[i] = List.of("w ", "", "\ud83d\ude00", "ä\n\"").get(random.nextInt(4));
            Segment segment = StoreFixture.segment(seq, "r_1", texts);
            log.add(segment);
            seq = segment.seq() + 1;
        }
        return log;
    }

    /** With a last run that begins behind it. Returns the head. */
    private long store(String session, List<LogRow> log) {
        long head = log.getLast().seq();
        await(store.create(newSession(session, "ada", 1)));
        long lastRun = log.stream()
                .filter(row -> "r_2".equals(row.run()))
                .mapToLong(LogRow::from)
                .findFirst()
                .orElse(head);
        var outcome = await(store.append(new AppendInTheMaking(session, 1, 0, head)
                .rows(log)
                .runs(run("r_1", 1), run("r_2", lastRun))
                .build()));
        assertThat(outcome).isEqualTo(new AppendOutcome.Stored());
        return head;
    }

    private static RunRow run(String id, long firstSeq) {
        return new RunRow(id, "user", firstSeq, StoreFixture.AT_MS, false, "success", null);
    }

    private List<LogRow> rows(String session, long after, long upTo) {
        return await(reader.rows(session, after, upTo, Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    /** As a reader with a cursor gets it, page by page. */
    private List<LogRow> page(long after, long upTo) {
        List<LogRow> found = new ArrayList<>();
        long cursor = after;
        while (cursor < upTo) {
            for (LogRow row : await(reader.rows(SESSION, cursor, upTo, 7, Integer.MAX_VALUE))) {
                LogRow part = row;
                if (row instanceof Segment segment && (row.from() <= cursor || row.seq() > upTo)) {
                    part = cut(segment, cursor, upTo);
                }
                found.add(part);
                cursor = part.seq();
            }
        }
        return found;
    }

    private static Segment cut(Segment whole, long after, long upTo) {
        Segment head = whole.upTo(upTo);
        long from = Math.max(after + 1, head.from());
        int[] ends = new int[(int) (head.seq() - from + 1)];
        int begin = head.text().length() - head.text(from - 1, head.seq()).length();
        for (int i = 0; i < ends.length; i++) ends[i] = head.ends()[(int) (from - head.from()) + i] - begin;
        String text = head.text(from - 1, head.seq());
        return new Segment(from, head.seq(), head.run(), head.type(), head.target(), text, ends, head.atMs());
    }

    /** What each event says. */
    private static Map<Long, String> bySeq(List<LogRow> rows) {
        Map<Long, String> found = new java.util.TreeMap<>();
        for (LogRow row : rows) {
            for (long seq = row.from(); seq <= row.seq(); seq++) {
                found.put(seq, row.run() + " " + row.json(seq - 1, seq));
            }
        }
        return found;
    }

    private static Map<Long, String> part(Map<Long, String> all, long after, long upTo) {
        return new java.util.TreeMap<>(((java.util.TreeMap<Long, String>) all).subMap(after, false, upTo, true));
    }

    private long count(String session) {
        return Long.parseLong(fixture.look("SELECT count(*) FROM session_event WHERE session_id = '" + session + "'"));
    }

    private long seqs(String session) {
        return Long.parseLong(fixture.look(
                "SELECT coalesce(sum(seq - from_seq + 1), 0) FROM session_event WHERE session_id = '" + session + "'"));
    }
}
