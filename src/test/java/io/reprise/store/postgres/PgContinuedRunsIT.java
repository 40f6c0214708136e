package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.AT_MS;
import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.single;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.AuditDirectory.Entry;
import io.reprise.history.AuditDirectory.Filter;
import io.reprise.history.AuditDirectory.Page;
import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change.Audited;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.Orphan;
import io.reprise.session.store.Pauses;
import io.reprise.session.store.Placed;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import io.reprise.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a run needs to resume, and what it waits for, in a real PostgreSQL. */
class PgContinuedRunsIT {
    private static final List<Integer> EVERY_SHARD =
            IntStream.range(0, TestDatabase.SHARDS).boxed().toList();

    private static final String SESSION = "s_1";
    private static final Resolution EDITED = new Resolution(Decision.EDIT, "{\"n\":2}", "smaller", "ada", AT_MS + 5);
    private static final QueuedMessage WAITING =
            new QueuedMessage("m_9", "later", "queue", "ada", "2026-01-01T00:00:00Z", "c_9");

    private final StoreFixture database = new StoreFixture();
    private final PgEventStore store = new PgEventStore(database.pool);
    private final PgAudit audit = new PgAudit(database.pool);
    private final List<LogRow> rows = new ArrayList<>();
    private long version;

    @BeforeEach
    void make() {
        await(store.create(StoreFixture.newSession(SESSION, "ada", 1)));
    }

    @AfterEach
    void close() {
        database.close();
    }

    // --- progress

    @Test
    void a_run_is_loaded_with_its_checkpoint() {
        Resume resume = new Resume("ck_1", List.of(new Answered("t_1", EDITED), new Answered("t_2", expired())));
        RunRow run = run("r_1", 3, null, new Progress(2, 1, 7L, resume));

        append(run);

        assertThat(load().lastRun()).isEqualTo(run);
    }

    @Test
    void appends_update_the_checkpoint_of_a_run_but_not_its_first_seq() {
        append(run("r_1", 3, null, new Progress(1, 1, 4L, null)));

        append(run("r_1", 3, null, new Progress(2, 99, 8L, Resume.from("ck_2"))));
        Progress second = load().lastRun().progress();
        append(run("r_1", 3, "error", new Progress(3, 99, null, null)));
        Progress third = load().lastRun().progress();

        assertThat(second).isEqualTo(new Progress(2, 1, 8L, Resume.from("ck_2")));
        assertThat(third).isEqualTo(new Progress(3, 1, null, null));
    }

    @Test
    void a_run_suspended_by_a_stopped_server_is_recognised() {
        RunRow left = run("r_1", 3, null).suspended(AT_MS + 1_000);
        append(left);
        RunRow loaded = load().lastRun();
        assertThat(loaded).isEqualTo(left);
        assertThat(loaded.isSuspended()).isTrue();

        append(loaded.again(2, false, AT_MS + 61_000));

        assertThat(load().lastRun().pauses()).isEqualTo(new Pauses(1, null, 60_000));
    }

    @Test
    void a_run_of_an_earlier_version_is_its_own_root_and_cannot_resume() {
        append(run("r_1", 3, null));
        database.execute("UPDATE run SET root_seq = NULL");

        assertThat(load().lastRun().progress()).isEqualTo(Progress.none(3));
    }

    @Test
    void a_store_remembers_that_an_attempt_announces_before_it_stores() {
        append(run("r_1", 1, null));

        append(new RunRow("r_1", "user", 1, AT_MS, false, null, null));

        assertThat(load().lastRun().exact()).isFalse();
    }

    @Test
    void saving_a_checkpoint_does_not_move_the_session_in_the_list() {
        log("r_1", started("r_1"));
        append(run("r_1", 1, null));
        database.execute("UPDATE session SET updated_at = '2020-01-01'");
        log("r_1", new LogEvent.StepStarted("step 1"));

        append(run("r_1", 1, null, new Progress(1, 1, 2L, Resume.from("ck_1"))));
        String kept = database.look("SELECT extract(year FROM updated_at) FROM session");
        append(run("r_1", 1, "success"));

        assertThat(kept).isEqualTo("2020");
        assertThat(database.look("SELECT extract(year FROM updated_at) FROM session"))
                .isNotEqualTo("2020");
    }

    @Test
    void the_last_message_before_a_resumed_run_precedes_its_first_run() {
        user("m_0", "before", null);
        log("r_1", started("r_1"));
        user("m_1", "asked", "r_1");
        log("r_1", finished("r_1"));
        log("r_2", started("r_2"));
        append(run("r_1", 4, "interrupt"), run("r_2", 9, null, new Progress(1, 4, null, null)));

        assertThat(load().outline().beforeRun()).isEqualTo("m_0");
    }

    // --- orphans

    /** There is normally one. A second one would otherwise stay active forever. */
    @Test
    void every_run_that_has_not_ended_is_loaded_as_orphaned_even_if_it_is_not_the_last_one() {
        append(run("r_1", 1, null), run("r_2", 5, null), run("r_3", 9, "success"));

        assertThat(load().orphans()).extracting(orphan -> orphan.run().id()).containsExactly("r_1", "r_2");
        assertThat(load().lastRun().id()).isEqualTo("r_3");
    }

    @Test
    void an_orphaned_run_is_loaded_with_events_rewinds_and_stops_of_the_run_that_it_resumes() {
        LogEvent call = new LogEvent.ToolCallStart("t_1", "sleep", "m_2");
        LogEvent restarted = LogEvent.Custom.of(new LogEvent.RunRestarted("r_2", 2, 6, null));
        LogEvent result = LogEvent.ToolCallResult.of("m_3", "t_1", "done");
        LogEvent stopping = LogEvent.Custom.of(new LogEvent.RunStopping("r_2", "ada"));
        log("r_0", started("r_0"));
        log("r_1", started("r_1"));
        log("r_1", call);
        log("r_1", finished("r_1"));
        log(null, LogEvent.Custom.of(new LogEvent.QueueChanged(List.of(WAITING))));
        log("r_2", started("r_2"));
        log("r_2", result);
        log("r_2", restarted);
        log("r_2", stopping);
        log("r_3", started("r_3"));
        append(run("r_1", 2, "interrupt"), run("r_2", 6, null, new Progress(2, 2, 6L, null)));

        List<Placed> structure = orphan().structure();

        assertThat(structure)
                .containsExactly(
                        new Placed(2, started("r_1")),
                        new Placed(3, call),
                        new Placed(4, finished("r_1")),
                        new Placed(6, started("r_2")),
                        new Placed(7, result),
                        new Placed(8, restarted),
                        new Placed(9, stopping));
    }

    @Test
    void an_orphaned_run_is_loaded_with_the_messages_it_received_after_its_checkpoint() {
        log("r_1", started("r_1"));
        user("m_1", "the beginning", "r_1");
        user("m_2", "in the checkpoint", "r_1");
        long resumeSeq = rows.getLast().seq();
        user("m_3", "Grüße \"x\"\n😀", "r_1");
        log("r_1", new LogEvent.TextStart("m_4", Role.ASSISTANT, null));
        user("m_5", "second", "r_1");
        append(run("r_1", 1, null, new Progress(1, 1, resumeSeq, Resume.from("ck_1"))));

        List<QueuedMessage> said = orphan().said();

        String at = "2023-11-14T22:13:20.123Z";
        assertThat(said)
                .containsExactly(
                        new QueuedMessage("m_3", "Grüße \"x\"\n😀", "steer", "eve", at, "c_m_3"),
                        new QueuedMessage("m_5", "second", "steer", "eve", at, "c_m_5"));
    }

    @Test
    void the_parts_of_a_received_message_are_loaded_too() {
        Part image = new Part.Unknown("audio", "{\"type\":\"audio\",\"attachment\":\"at_1\"}");
        List<Part> rest = List.of(image, new Part.Text("this"));
        log("r_1", started("r_1"));
        user("m_1", "the beginning", "r_1");
        long resumeSeq = rows.getLast().seq();
        user("m_2", "see", "r_1", rest);
        log("r_1", new LogEvent.TextStart("m_3", Role.USER, new MessageMetadata("c_m_3", "eve").with(rest)));
        log("r_1", new LogEvent.TextEnd("m_3"));
        append(run("r_1", 1, null, new Progress(1, 1, resumeSeq, Resume.from("ck_1"))));

        assertThat(orphan().said())
                .extracting(QueuedMessage::content)
                .containsExactly(Content.of("see", rest), new Content(rest));
    }

    @Test
    void a_message_that_was_delivered_to_two_attempts_is_returned_to_the_queue_once() {
        log("r_1", started("r_1"));
        user("m_1", "the beginning", "r_1");
        user("m_2", "given", "r_1");
        log("r_1", LogEvent.Custom.of(new LogEvent.RunRestarted("r_1", 2, 4, "m_1")));
        user("m_2", "given", "r_1");
        append(run("r_1", 1, null, new Progress(2, 1, 4L, null)));

        assertThat(orphan().said()).extracting(QueuedMessage::message).containsExactly("m_2");
    }

    @Test
    void the_message_that_a_run_began_with_is_not_given_back_to_the_queue() {
        log("r_1", started("r_1"));
        user("m_1", "the beginning", "r_1");
        append(run("r_1", 1, null, new Progress(1, 1, 1L, null)));

        assertThat(orphan().said()).isEmpty();
    }

    @Test
    void an_orphaned_run_that_cannot_resume_returns_no_messages_to_the_queue() {
        log("r_1", started("r_1"));
        user("m_1", "the beginning", "r_1");
        user("m_2", "given", "r_1");
        append(run("r_1", 1, null));

        assertThat(orphan().said()).isEmpty();
    }

    @Test
    void events_that_change_messages_are_found_by_their_index() {
        database.execute("ALTER TABLE session_event DROP CONSTRAINT session_event_pkey");
        database.execute("""
                DO $$ BEGIN
                    EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database());
                END $$""");

        for (String condition : List.of(PgMessages.AMENDING, PgMessages.REWOUND)) {
            String plan = database.look(
                    "EXPLAIN (FORMAT JSON) SELECT 1 FROM session_event WHERE session_id = 's_1' AND " + condition);
            assertThat(plan).contains("session_event_amending");
        }
    }

    // --- interrupts

    @Test
    void interrupts_are_loaded_in_the_order_of_their_run_with_their_resolutions() {
        Interrupt one = interrupt("i_z", "t_1");
        Interrupt two = interrupt("i_a", "t_2");
        append(List.of(run("r_1", 1, "interrupt")), List.of(one, two), List.of());

        Loaded none = load();
        append(List.of(), List.of(two.resolved(EDITED)), List.of());
        Loaded half = load();
        append(List.of(), List.of(one.resolved(expired())), List.of());
        Loaded all = load();

        assertThat(none.interrupts()).containsExactly(one, two);
        assertThat(half.interrupts()).containsExactly(one, two.resolved(EDITED));
        assertThat(all.interrupts()).containsExactly(one.resolved(expired()), two.resolved(EDITED));
    }

    @Test
    void interrupts_of_an_earlier_run_are_loaded_only_as_far_as_they_are_resolved() {
        Interrupt resolved = interrupt("i_2", "t_2").resolved(EDITED);
        append(List.of(run("r_1", 1, "interrupt")), List.of(interrupt("i_1", "t_1"), resolved), List.of());

        append(run("r_2", 5, "success"));

        assertThat(load().interrupts()).containsExactly(resolved);
    }

    @Test
    void an_append_that_is_lost_leaves_neither_interrupts_nor_audit() {
        Append late = appendOf(
                7, List.of(run("r_1", 1, "interrupt")), List.of(interrupt("i_1", "t_1")), List.of(audited("ada")));

        assertThat(await(store.append(late))).isEqualTo(new AppendOutcome.Lost());

        assertThat(database.look("SELECT (SELECT count(*) FROM interrupt) + (SELECT count(*) FROM audit)"))
                .isEqualTo("0");
    }

    @Test
    void a_clear_erases_the_interrupts_of_what_it_erases_and_keeps_the_audit() {
        log("r_1", started("r_1"));
        append(List.of(run("r_1", 1, "interrupt")), List.of(interrupt("i_1", "t_1")), List.of(audited("ada")));

        clear(1);

        assertThat(database.look("SELECT count(*) FROM interrupt")).isEqualTo("0");
        assertThat(database.look("SELECT string_agg(action, ' ' ORDER BY id) FROM audit"))
                .isEqualTo("interrupt.approve session.cleared");
    }

    @Test
    void erasing_a_session_erases_its_interrupts_but_not_its_audit_entries() {
        append(List.of(run("r_1", 1, "interrupt")), List.of(interrupt("i_1", "t_1")), List.of(audited("ada")));

        assertThat(await(store.erase(SESSION, 1, null))).isTrue();

        assertThat(database.look("SELECT count(*) FROM interrupt")).isEqualTo("0");
        assertThat(database.look("SELECT string_agg(action, ' ' ORDER BY id) FROM audit"))
                .isEqualTo("interrupt.approve session.deleted");
    }

    @Test
    void a_session_that_waits_for_people_is_not_unfinished_even_if_messages_wait() {
        append(List.of(run("r_1", 1, "interrupt")), List.of(interrupt("i_1", "t_1")), List.of());
        database.execute("UPDATE session SET queue = '[{\"message\":\"m_1\"}]'");

        List<String> waiting = await(store.unfinishedSessions(EVERY_SHARD));
        append(List.of(), List.of(interrupt("i_1", "t_1").resolved(expired())), List.of());
        List<String> answered = await(store.unfinishedSessions(EVERY_SHARD));

        assertThat(waiting).isEmpty();
        assertThat(answered).containsExactly(SESSION);
    }

    // --- audit

    @Test
    void operators_find_what_was_decided_the_newest_first_a_page_at_a_time() {
        append(List.of(), List.of(), List.of(audited("ada"), audited("eve"), audited(null)));

        Page first = await(audit.list(Filter.NONE, Long.MAX_VALUE, 2));
        Page second = await(audit.list(Filter.NONE, first.cursor(), 2));

        assertThat(first.entries()).extracting(Entry::user).containsExactly(null, "eve");
        assertThat(second.entries()).extracting(Entry::user).containsExactly("ada");
        assertThat(second.cursor()).isNull();
        Entry oldest = second.entries().getFirst();
        assertThat(oldest.atMs()).isPositive();
        assertThat(oldest)
                .isEqualTo(new Entry(
                        oldest.id(),
                        oldest.atMs(),
                        "ada",
                        "interrupt.approve",
                        SESSION,
                        "i_1",
                        Map.of("tool", "mail")));
    }

    @Test
    void operators_find_what_one_user_did_or_what_happened_in_one_session() {
        append(List.of(), List.of(), List.of(audited("ada"), audited("eve")));
        await(store.create(StoreFixture.newSession("s_2", "ada", 1)));
        database.execute("INSERT INTO audit (user_id, action, session_id) VALUES ('ada', 'other', 's_2')");

        assertThat(found(new Filter("ada", null, null))).containsExactly("ada other s_2", "ada interrupt.approve s_1");
        assertThat(found(new Filter(null, "interrupt.approve", null)))
                .containsExactly("eve interrupt.approve s_1", "ada interrupt.approve s_1");
        assertThat(found(new Filter(null, null, "s_2"))).containsExactly("ada other s_2");
        assertThat(found(new Filter("eve", null, "s_2"))).isEmpty();
    }

    @Test
    void operators_find_what_happened_in_a_time() {
        database.execute("INSERT INTO audit (at, user_id, action) VALUES"
                + " ('2026-01-01Z', 'ada', 'one'), ('2026-01-03Z', 'ada', 'three'), ('2026-01-02Z', 'eve', 'two')");
        long first = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
        long day = Duration.ofDays(1).toMillis();

        assertThat(found(new Filter(null, null, null, first + day, null)))
                .containsExactly("eve two null", "ada three null");
        assertThat(found(new Filter(null, null, null, null, first + day))).containsExactly("ada one null");
        assertThat(found(new Filter("ada", null, null, first, first + 2 * day))).containsExactly("ada one null");
        assertThat(found(new Filter("ada", "three", null, first + 2 * day, first + 3 * day)))
                .containsExactly("ada three null");
        assertThat(found(new Filter(null, null, null, first + 3 * day, null))).isEmpty();
    }

    @Test
    void what_is_done_outside_the_database_is_recorded() {
        await(audit.record("ada", "config.reload", null, Map.of("outcome", "unchanged")));

        Entry entry =
                await(audit.list(Filter.NONE, Long.MAX_VALUE, 1)).entries().getFirst();
        assertThat(entry.user()).isEqualTo("ada");
        assertThat(entry.action()).isEqualTo("config.reload");
        assertThat(entry.session()).isNull();
        assertThat(entry.detail()).containsOnly(Map.entry("outcome", "unchanged"));
    }

    // --- helpers

    private List<String> found(Filter filter) {
        return await(audit.list(filter, Long.MAX_VALUE, 10)).entries().stream()
                .map(entry -> entry.user() + " " + entry.action() + " " + entry.session())
                .toList();
    }

    private Loaded load() {
        Loaded loaded = ((LoadOutcome.Found) await(store.load(SESSION, 1))).session();
        version = loaded.version();
        return loaded;
    }

    private Orphan orphan() {
        List<Orphan> orphans = load().orphans();
        assertThat(orphans).hasSize(1);
        return orphans.getFirst();
    }

    private void log(String run, LogEvent event) {
        rows.add(single(nextSeq(), run, event));
    }

    private void user(String message, String text, String run) {
        user(message, text, run, null);
    }

    private void user(String message, String text, String run, List<Part> parts) {
        MessageMetadata metadata = new MessageMetadata("c_" + message, "eve").with(parts);
        log(run, new LogEvent.TextStart(message, Role.USER, metadata));
        rows.add(new LogRow.Segment(
                nextSeq(), nextSeq(), run, LogEvent.TEXT_CONTENT, message, text, new int[] {text.length()}, AT_MS));
        log(run, new LogEvent.TextEnd(message));
    }

    private long nextSeq() {
        return rows.isEmpty() ? 1 : rows.getLast().seq() + 1;
    }

    private void append(RunRow... runs) {
        append(List.of(runs), List.of(), List.of());
    }

    private void append(List<RunRow> runs, List<Interrupt> interrupts, List<Audited> audited) {
        Append append = appendOf(version, runs, interrupts, audited);
        assertThat(await(store.append(append))).isEqualTo(new AppendOutcome.Stored());
        version++;
        stored = nextSeq() - 1;
    }

    private long stored;

    private Append appendOf(long atVersion, List<RunRow> runs, List<Interrupt> interrupts, List<Audited> audited) {
        List<LogRow> fresh = rows.stream().filter(row -> row.seq() > stored).toList();
        return appendOf(atVersion, fresh, runs, interrupts, audited).build();
    }

    private void clear(long upTo) {
        Append append = appendOf(version, List.of(), List.of(), List.of(), List.of())
                .clearedTo(upTo)
                .build();
        assertThat(await(store.append(append))).isEqualTo(new AppendOutcome.Stored());
    }

    private AppendInTheMaking appendOf(
            long atVersion, List<LogRow> fresh, List<RunRow> runs, List<Interrupt> interrupts, List<Audited> audited) {
        return new AppendInTheMaking(SESSION, 1, atVersion, nextSeq() - 1)
                .rows(fresh)
                .runs(runs)
                .interrupts(interrupts)
                .audited(audited);
    }

    private static RunRow run(String id, long firstSeq, String outcome) {
        return run(id, firstSeq, outcome, Progress.none(firstSeq));
    }

    private static RunRow run(String id, long firstSeq, String outcome, Progress progress) {
        ErrorCode code = "error".equals(outcome) ? ErrorCode.INTERNAL : null;
        return new RunRow(id, "user", firstSeq, AT_MS, true, outcome, code, null, null, progress);
    }

    private static Interrupt interrupt(String id, String call) {
        return new Interrupt(id, "r_1", call, "mail", "{\"n\":1}", AT_MS, AT_MS + 60_000, null);
    }

    private static Resolution expired() {
        return new Resolution(Decision.EXPIRED, null, null, null, AT_MS + 9);
    }

    private static Audited audited(String user) {
        return new Audited(user, "interrupt.approve", "i_1", Map.of("tool", "mail"));
    }

    private static LogEvent started(String run) {
        return new LogEvent.RunStarted(SESSION, run, new LogEvent.RunMetadata("user"));
    }

    private static LogEvent finished(String run) {
        return new LogEvent.RunFinished(SESSION, run, LogEvent.Outcome.SUCCESS, null);
    }
}
