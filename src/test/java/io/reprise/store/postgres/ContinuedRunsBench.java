package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.AT_MS;
import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.single;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.Role;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change.Audited;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A session in a real database whose runs wait, are orphaned, or resume. */
abstract class ContinuedRunsBench {
    static final String SESSION = "s_1";

    static final Resolution EDITED = new Resolution(Decision.EDIT, "{\"n\":2}", "smaller", "ada", AT_MS + 5);

    final StoreFixture database = new StoreFixture();

    final PgEventStore store = new PgEventStore(database.pool);

    final List<LogRow> rows = new ArrayList<>();

    long version;

    @BeforeEach
    void make() {
        await(store.create(StoreFixture.newSession(SESSION, "ada", 1)));
    }

    @AfterEach
    void close() {
        database.close();
    }

    Loaded load() {
        Loaded loaded = ((LoadOutcome.Found) await(store.load(SESSION, 1))).session();
        version = loaded.version();
        return loaded;
    }

    void log(String run, LogEvent event) {
        rows.add(single(nextSeq(), run, event));
    }

    void user(String message, String text, String run) {
        user(message, text, run, null);
    }

    void user(String message, String text, String run, List<Part> parts) {
        MessageMetadata metadata = new MessageMetadata("c_" + message, "eve").with(parts);
        log(run, new LogEvent.TextStart(message, Role.USER, metadata));
        rows.add(new LogRow.Segment(
                nextSeq(), nextSeq(), run, LogEvent.TEXT_CONTENT, message, text, new int[] {text.length()}, AT_MS));
        log(run, new LogEvent.TextEnd(message));
    }

    long nextSeq() {
        return rows.isEmpty() ? 1 : rows.getLast().seq() + 1;
    }

    void append(RunRow... runs) {
        append(List.of(runs), List.of(), List.of());
    }

    void append(List<RunRow> runs, List<Interrupt> interrupts, List<Audited> audited) {
        Append append = appendOf(version, runs, interrupts, audited);
        assertThat(await(store.append(append))).isEqualTo(new AppendOutcome.Stored());
        version++;
        stored = nextSeq() - 1;
    }

    long stored;

    Append appendOf(long atVersion, List<RunRow> runs, List<Interrupt> interrupts, List<Audited> audited) {
        List<LogRow> fresh = rows.stream().filter(row -> row.seq() > stored).toList();
        return appendOf(atVersion, fresh, runs, interrupts, audited).build();
    }

    AppendInTheMaking appendOf(
            long atVersion, List<LogRow> fresh, List<RunRow> runs, List<Interrupt> interrupts, List<Audited> audited) {
        return new AppendInTheMaking(SESSION, 1, atVersion, nextSeq() - 1)
                .rows(fresh)
                .runs(runs)
                .interrupts(interrupts)
                .audited(audited);
    }

    static RunRow run(String id, long firstSeq, String outcome) {
        return run(id, firstSeq, outcome, Progress.none(firstSeq));
    }

    static RunRow run(String id, long firstSeq, String outcome, Progress progress) {
        ErrorCode code = "error".equals(outcome) ? ErrorCode.INTERNAL : null;
        return new RunRow(id, "user", firstSeq, AT_MS, true, outcome, code, null, null, progress);
    }

    static Interrupt interrupt(String id, String call) {
        return new Interrupt(id, "r_1", call, "mail", "{\"n\":1}", AT_MS, AT_MS + 60_000, null);
    }

    static Resolution expired() {
        return new Resolution(Decision.EXPIRED, null, null, null, AT_MS + 9);
    }

    static Audited audited(String user) {
        return new Audited(user, "interrupt.approve", "i_1", Map.of("tool", "mail"));
    }

    static LogEvent started(String run) {
        return new LogEvent.RunStarted(SESSION, run, new LogEvent.RunMetadata("user"));
    }
}
