package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.segment;
import static io.reprise.store.postgres.StoreFixture.single;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.bus.Sharding;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change;
import io.reprise.session.store.Claim;
import io.reprise.session.store.CreateOutcome;
import io.reprise.session.store.Listing;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.NewSession;
import io.reprise.session.store.Outline;
import io.reprise.session.store.Placed;
import io.reprise.session.store.ReadState;
import io.reprise.session.store.RunRow;
import io.reprise.session.store.Titles;
import io.reprise.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every outcome of the port, from a real database. */
class PgEventStoreIT {
    private static final List<Integer> EVERY_SHARD =
            IntStream.range(0, TestDatabase.SHARDS).boxed().toList();

    private static final String SESSION = "s_1";
    private static final String USER = "ada";
    private static final long OWNER = 7;
    private static final QueuedMessage WAITING =
            new QueuedMessage("m_9", "later", "queue", USER, "2026-01-01T00:00:00Z", "c_9");

    private StoreFixture fixture;
    private PgEventStore store;

    @BeforeEach
    void open_an_empty_store() {
        fixture = new StoreFixture();
        store = new PgEventStore(fixture.pool);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    // --- shards

    @Test
    void each_take_over_of_a_shard_gets_a_larger_owner_number() {
        Map<Integer, Long> first = await(store.takeShards("n_1", List.of(0, 1, 2)));
        Map<Integer, Long> second = await(store.takeShards("n_2", List.of(3)));
        Map<Integer, Long> third = await(store.takeShards("n_1", List.of(2, 0)));

        assertThat(first).containsOnlyKeys(0, 1, 2);
        assertThat(Set.copyOf(first.values())).hasSize(3);
        assertThat(second.get(3)).isGreaterThan(Collections.max(first.values()));
        assertThat(third).containsOnlyKeys(0, 2);
        assertThat(Collections.min(third.values())).isGreaterThan(second.get(3));
        assertThat(fixture.look("SELECT string_agg(shard || node || number, ' ' ORDER BY shard) FROM shard"))
                .isEqualTo("0n_1%d 1n_1%d 2n_1%d 3n_2%d"
                        .formatted(third.get(0), first.get(1), third.get(2), second.get(3)));
    }

    // --- create

    @Test
    void a_session_is_made_once_and_the_repeat_gets_the_first_claim() {
        Claim claim = new Claim(USER, "", "c_1", "hash", new CommandResult.Created(SESSION, "e_1"));
        CreateOutcome made = await(store.create(newSession(claim)));

        CreateOutcome again = await(store.create(newSession(claim)));

        assertThat(made).isEqualTo(new CreateOutcome.Made());
        assertThat(again).isEqualTo(new CreateOutcome.Claimed(claim));
        assertThat(fixture.look("SELECT count(*) FROM session")).isEqualTo("1");
    }

    @Test
    void another_command_with_the_same_id_is_a_conflict_and_changes_nothing() {
        Claim claim = new Claim(USER, "", "c_1", "hash", new CommandResult.Created(SESSION, "e_1"));
        await(store.create(newSession(claim)));
        Claim other = new Claim(USER, "", "c_1", "another hash", new CommandResult.Created(SESSION, "e_2"));

        CreateOutcome outcome = await(store.create(
                new NewSession(SESSION, USER, null, "another title", Map.of(), "e_2", OWNER, other, null)));

        assertThat(outcome).isEqualTo(new CreateOutcome.Claimed(claim));
        assertThat(fixture.look("SELECT title || epoch FROM session")).isEqualTo("titlee_1");
    }

    @Test
    void a_repeated_create_without_a_claim_finds_its_session() {
        Claim claim = new Claim(USER, "", "c_1", "hash", new CommandResult.Created(SESSION, "e_1"));
        await(store.create(newSession(claim)));
        fixture.execute("DELETE FROM claim");
        Claim repeat = new Claim(USER, "", "c_1", "hash", new CommandResult.Created(SESSION, "e_2"));

        CreateOutcome outcome = await(store.create(newSession(repeat)));

        assertThat(outcome).isEqualTo(new CreateOutcome.Claimed(claim));
        assertThat(fixture.look("SELECT count(*) FROM claim")).isEqualTo("0");
    }

    @Test
    void a_session_without_a_claim_is_made_and_claims_nothing() {
        assertThat(await(store.create(newSession(null)))).isEqualTo(new CreateOutcome.Made());

        assertThat(fixture.look("SELECT count(*) FROM claim")).isEqualTo("0");
        assertThat(fixture.look("SELECT metadata FROM session")).isEqualTo("{\"k\":1}");
    }

    // --- load

    @Test
    void an_unknown_session_is_absent() {
        assertThat(await(store.load("s_none", OWNER))).isEqualTo(new LoadOutcome.Absent());
    }

    @Test
    void a_session_of_a_newer_owner_is_refused_and_stays_with_that_owner() {
        make();

        assertThat(await(store.load(SESSION, OWNER - 1))).isEqualTo(new LoadOutcome.NotMine());

        assertThat(fixture.look("SELECT owner FROM session")).isEqualTo(Long.toString(OWNER));
    }

    @Test
    void after_a_take_over_the_older_owner_cannot_write() {
        make();

        Loaded loaded = load(OWNER + 1);

        assertThat(loaded)
                .isEqualTo(new Loaded(
                        USER,
                        "e_1",
                        0,
                        2,
                        List.of(),
                        null,
                        List.of(),
                        List.of(),
                        Outline.EMPTY,
                        "agent",
                        new Titles("title", null, 0),
                        Listing.USUAL,
                        ReadState.NOTHING,
                        List.of(),
                        loaded.idleSinceMs(),
                        List.of(),
                        0,
                        null));
        assertThat(await(store.append(rows(0, started(1, "r_1"))))).isEqualTo(new AppendOutcome.Lost());
        assertThat(fixture.look("SELECT count(*) FROM session_event")).isEqualTo("0");
    }

    @Test
    void an_orphaned_run_is_loaded_with_its_structure_and_without_its_text() {
        make();
        RunRow ended = run("r_1", 1, "success", null);
        RunRow orphan = new RunRow("r_2", "user", 3, 1_700_000_000_123L, false, null, null);
        LogEvent start = new LogEvent.TextStart("m_1", Role.ASSISTANT, null);
        LogEvent call = new LogEvent.ToolCallStart("t_1", "sleep", "m_1");
        await(store.append(append(0, 10)
                .rows(
                        started(1, "r_1"),
                        finished(2, "r_1"),
                        started(3, "r_2"),
                        single(4, "r_2", start),
                        segment(5, "r_2", "a", "b", "c"),
                        single(8, null, LogEvent.Custom.of(new LogEvent.QueueChanged(List.of(WAITING)))),
                        segment(9, "r_2", "d"),
                        single(10, "r_2", call))
                .runs(ended, orphan)
                .queue(List.of(WAITING))
                .build()));

        Loaded loaded = load(OWNER);

        assertThat(loaded.head()).isEqualTo(10);
        assertThat(loaded.version()).as("one append and this loading").isEqualTo(3);
        assertThat(loaded.queue()).containsExactly(WAITING);
        assertThat(loaded.lastRun()).isEqualTo(orphan);
        assertThat(loaded.orphans()).singleElement().satisfies(left -> {
            assertThat(left.run()).isEqualTo(orphan);
            assertThat(left.structure().stream().map(Placed::event))
                    .containsExactly(
                            new LogEvent.RunStarted(SESSION, "r_2", new LogEvent.RunMetadata("user")), start, call);
        });
    }

    @Test
    void the_last_run_is_known_also_when_it_has_ended() {
        make();
        RunRow failed = run("r_1", 1, "error", ErrorCode.MODEL_ERROR);
        await(store.append(append(0, 1).rows(started(1, "r_1")).runs(failed).build()));

        Loaded loaded = load(OWNER);

        assertThat(loaded.lastRun()).isEqualTo(failed);
        assertThat(loaded.orphans()).isEmpty();
    }

    // --- append

    @Test
    void an_append_stores_rows_claims_runs_queue_epoch_and_preview_together() {
        make();
        Claim claim = claim("c_1", "hash");
        List<LogRow> rows = List.of(started(1, "r_1"), segment(2, "r_1", "Grüße, ", "\ud83d\ude00", " \"x\"\n"));
        Append append = append(0, 4)
                .rows(rows.toArray(LogRow[]::new))
                .claims(claim)
                .runs(run("r_1", 1, null, null))
                .queue(List.of(WAITING))
                .epoch("e_2")
                .preview("first")
                .build();

        assertThat(await(store.append(append))).isEqualTo(new AppendOutcome.Stored());

        Loaded loaded = load(OWNER);
        assertThat(loaded.head()).isEqualTo(4);
        assertThat(loaded.epoch()).isEqualTo("e_2");
        assertThat(loaded.queue()).containsExactly(WAITING);
        assertThat(loaded.orphans()).hasSize(1);
        assertThat(await(store.claim(USER, SESSION, "c_1"))).contains(claim);
        assertThat(fixture.look("SELECT preview FROM session")).isEqualTo("first");
        assertThat(StoreFixture.texts(await(new PgLogReader(fixture.pool).rows(SESSION, 0, 4, 10, 1000))))
                .isEqualTo(StoreFixture.texts(rows));
    }

    @Test
    void an_append_with_every_kind_of_change_stores_them_all_in_one_transaction() {
        make();
        String otherTexts = "INSERT INTO message_text (session_id, seq, end_seq, message_id, role, folded)"
                + " VALUES ('s_1', 9, 9, 'm_void', 'user', 'gone')";
        fixture.execute(otherTexts);

        AppendOutcome outcome = await(store.append(append(0, 1)
                .rows(started(1, "r_1"))
                .with(AppendInTheMaking.everyKind().toArray(Change[]::new))
                .build()));

        assertThat(outcome).isEqualTo(new AppendOutcome.Stored());
        assertThat(fixture.look("SELECT concat_ws(' ', epoch, preview, title, made_title, title_tries, title_folded,"
                        + " metadata, queue <> '[]', head_seq, version) FROM session"))
                .isEqualTo("e_2 first Given Made 1 given {\"k\":\"v\"} t 1 1");
        assertThat(fixture.look("SELECT string_agg(message_id, ' ') FROM message_text"))
                .as("what is void is gone, what was said is there")
                .isEqualTo("m_1");
        for (String table : List.of("session_event", "claim", "run", "recall", "interrupt", "audit", "message_text")) {
            assertThat(fixture.look("SELECT count(*) FROM " + table + " WHERE xmin = (SELECT xmin FROM session)"))
                    .as(table)
                    // The decision, and that the session was cleared.
                    .isEqualTo(table.equals("audit") ? "2" : "1");
        }
    }

    /**
     * Symptom: an append of a run took two round trips. Cause: its statement was longer than those that a connection keeps
     * prepared, so it was prepared each time.
     */
    @Test
    void the_statement_of_a_long_append_is_prepared_once_for_each_connection() {
        make();
        for (int version = 0; version < 3; version++) {
            List<Change> changes = new ArrayList<>(AppendInTheMaking.everyKind());
            changes.removeIf(change -> change instanceof Change.ClaimMade
                    || change instanceof Change.Cleared
                    || change instanceof Change.Said);
            await(store.append(append(version, version + 1)
                    .rows(started(version + 1, "r_1"))
                    .with(changes.toArray(Change[]::new))
                    .build()));
        }

        String kept =
                "SELECT count(*) AS kept FROM pg_prepared_statements WHERE statement LIKE 'WITH head%INTO audit%'";
        long statements =
                await(fixture.pool.run(kept, Tuple.tuple())).iterator().next().getLong("kept");

        assertThat(statements)
                .as("the one that begins the run and moves its session to the front of the list, and the other one")
                .isEqualTo(2);
        assertThat(fixture.look("SELECT version FROM session")).isEqualTo("3");
    }

    @Test
    void an_append_changes_only_what_it_names_and_keeps_the_first_preview() {
        make();
        await(store.append(append(0, 1)
                .rows(started(1, "r_1"))
                .runs(run("r_1", 1, null, null))
                .queue(List.of(WAITING))
                .preview("first")
                .build()));

        await(store.append(append(1, 2)
                .rows(finished(2, "r_1"))
                .runs(run("r_1", 1, "success", null))
                .preview("second")
                .build()));

        Loaded loaded = load(OWNER);
        assertThat(loaded.queue()).containsExactly(WAITING);
        assertThat(loaded.epoch()).isEqualTo("e_1");
        assertThat(loaded.lastRun().outcome()).isEqualTo("success");
        assertThat(fixture.look("SELECT preview FROM session")).isEqualTo("first");
        assertThat(fixture.look("SELECT count(*) FROM run WHERE ended_at IS NOT NULL"))
                .isEqualTo("1");
    }

    @Test
    void an_append_may_consist_of_a_claim_only() {
        make();

        assertThat(await(store.append(append(0, 0).claims(claim("c_1", "hash")).build())))
                .isEqualTo(new AppendOutcome.Stored());

        assertThat(fixture.look("SELECT version FROM session")).isEqualTo("1");
        assertThat(await(store.claim(USER, SESSION, "c_1"))).isPresent();
    }

    @Test
    void an_append_whose_answer_was_lost_is_recognised_and_stored_once() {
        make();
        Append append = append(0, 1)
                .rows(started(1, "r_1"))
                .claims(claim("c_1", "hash"))
                .runs(run("r_1", 1, null, null))
                .build();
        await(store.append(append));

        assertThat(await(store.append(append))).isEqualTo(new AppendOutcome.Stored());

        assertThat(fixture.look("SELECT count(*) FROM session_event")).isEqualTo("1");
        assertThat(fixture.look("SELECT version FROM session")).isEqualTo("1");
    }

    /**
     * Symptom: text of a session that was dropped and loaded again in the same process could be stored without its
     * knowledge.
     * Cause: a delayed append of the earlier object named the same owner and a version that was still valid.
     */
    @Test
    void an_append_overtaken_by_a_load_of_the_same_owner_changes_nothing() {
        make();
        Append late = append(0, 1).rows(started(1, "r_x")).build();
        Loaded loaded = load(OWNER);

        await(store.append(late));

        assertThat(fixture.look("SELECT count(*) FROM session_event")).isEqualTo("0");
        assertThat(fixture.look("SELECT version FROM session")).isEqualTo(Long.toString(loaded.version()));
    }

    @Test
    void an_append_is_lost_and_leaves_nothing_if_another_came_between() {
        make();
        await(store.append(rows(0, started(1, "r_1"))));
        await(store.append(rows(1, finished(2, "r_1"))));

        AppendOutcome outcome = await(store.append(append(0, 1)
                .rows(single(1, "r_x", new LogEvent.StepStarted("other")))
                .claims(claim("c_1", "hash"))
                .runs(run("r_x", 1, null, null))
                .queue(List.of(WAITING))
                .epoch("e_x")
                .preview("other")
                .build()));

        assertThat(outcome).isEqualTo(new AppendOutcome.Lost());
        assertNothingBut(2, 2);
    }

    @Test
    void an_append_is_lost_when_another_owner_wrote_at_the_same_version() {
        make();
        long version = load(OWNER + 1).version();
        await(store.append(new AppendInTheMaking(SESSION, OWNER + 1, version, 1)
                .rows(started(1, "r_1"))
                .build()));

        AppendOutcome outcome = await(store.append(append(version, 1)
                .rows(started(1, "r_x"))
                .claims(claim("c_1", "hash"))
                .build()));

        assertThat(outcome).isEqualTo(new AppendOutcome.Lost());
        assertNothingBut(1, version + 1);
    }

    @Test
    void an_append_that_clears_erases_what_was_before_it_and_nothing_else() {
        make();
        long version = load(OWNER).version();
        await(store.append(append(version, 2)
                .rows(started(1, "r_1"), finished(2, "r_1"))
                .runs(run("r_1", 1, "success", null))
                .claims(claim("c_1", "hash"))
                .preview("first")
                .build()));

        Append clearing = append(version + 1, 4)
                .rows(started(4, "r_2"))
                .runs(run("r_2", 4, null, null))
                .claims(claim("c_2", "hash"))
                .epoch("e_2")
                .clearedTo(3)
                .build();
        assertThat(await(store.append(clearing))).isEqualTo(new AppendOutcome.Stored());
        assertThat(await(store.append(clearing))).as("its answer was lost").isEqualTo(new AppendOutcome.Stored());

        assertThat(fixture.look("SELECT string_agg(from_seq::text, ' ') FROM session_event"))
                .isEqualTo("4");
        assertThat(fixture.look("SELECT string_agg(id, ' ') FROM run")).isEqualTo("r_2");
        assertThat(fixture.look("SELECT count(*) FROM claim")).isEqualTo("2");
        assertThat(fixture.look("SELECT count(*) FROM session WHERE preview IS NULL AND epoch = 'e_2'"))
                .isEqualTo("1");
        Loaded loaded = load(OWNER + 1);
        assertThat(loaded.head()).isEqualTo(4);
        assertThat(loaded.outline().first()).isEqualTo(4);
    }

    @Test
    void a_clear_by_another_owner_erases_nothing() {
        make();
        long version = load(OWNER).version();
        await(store.append(rows(version, started(1, "r_1"))));

        Append late = append(version - 1, 1).epoch("e_2").clearedTo(1).build();

        assertThat(await(store.append(late))).isEqualTo(new AppendOutcome.Lost());
        assertThat(fixture.look("SELECT count(*) FROM session_event")).isEqualTo("1");
    }

    @Test
    void a_cleared_session_begins_after_its_head() {
        make();
        long version = load(OWNER).version();
        await(store.append(rows(version, started(1, "r_1"))));
        await(store.append(append(version + 1, 1).epoch("e_2").clearedTo(1).build()));

        Loaded loaded = load(OWNER + 1);

        assertThat(loaded.head()).isEqualTo(1);
        assertThat(loaded.outline()).isEqualTo(new Outline(null, null, 2));
        assertThat(loaded.lastRun()).isNull();
    }

    /**
     * Symptom: an append was wrongly taken for stored, so an accepted message was lost and the log had a gap. Cause:
     * a load that had timed out was executed late, after the next load; it increased the version by one, as an
     * append does, and so the next append was mistaken for one whose answer was lost.
     */
    @Test
    void an_append_is_lost_when_a_late_load_of_the_same_owner_came_between() {
        make();
        Loaded loaded = load(OWNER);
        load(OWNER); // The late one.

        AppendOutcome outcome = await(store.append(append(loaded.version(), 1)
                .rows(started(1, "r_x"))
                .claims(claim("c_1", "hash"))
                .build()));

        assertThat(outcome).isEqualTo(new AppendOutcome.Lost());
        assertThat(fixture.look("SELECT count(*) FROM session_event")).isEqualTo("0");
    }

    @Test
    void an_append_to_a_deleted_session_is_lost() {
        assertThat(await(store.append(rows(0, started(1, "r_1"))))).isEqualTo(new AppendOutcome.Lost());

        assertThat(fixture.look("SELECT count(*) FROM session_event")).isEqualTo("0");
    }

    @Test
    void an_append_over_existing_rows_is_lost_and_not_refused() {
        make();
        await(store.append(rows(0, started(1, "r_1"))));

        AppendOutcome outcome = await(store.append(rows(1, started(1, "r_1"))));

        assertThat(outcome).isEqualTo(new AppendOutcome.Lost());
        assertNothingBut(1, 1);
    }

    @Test
    void content_that_no_database_takes_is_refused_and_leaves_nothing() {
        make();
        LogRow bad = new LogRow.Single(1, "r_1", "CUSTOM", "{\"type\":\"CUSTOM\",\"name\":\"\u0000\"}", 1);

        AppendOutcome outcome = await(
                store.append(append(0, 1).rows(bad).claims(claim("c_1", "hash")).build()));

        assertThat(outcome).isInstanceOf(AppendOutcome.Refused.class);
        assertNothingBut(0, 0);
        assertThat(await(store.append(rows(0, started(1, "r_1"))))).isEqualTo(new AppendOutcome.Stored());
    }

    /**
     * Symptom: a permission or a table that was missing for a moment ended runs {@code internal} permanently. Cause:
     * every refusal of SQLSTATE class 42 was taken for invalid content.
     */
    @Test
    void a_refusal_that_is_not_about_the_content_leaves_the_outcome_open() {
        make();
        Append append = rows(0, started(1, "r_1"));
        fixture.execute("ALTER TABLE session_event RENAME TO moved");

        boolean failed = await(store.append(append).transform(done -> Future.succeededFuture(done.failed())));
        fixture.execute("ALTER TABLE moved RENAME TO session_event");

        assertThat(failed).isTrue();
        assertThat(await(store.append(append))).isEqualTo(new AppendOutcome.Stored());
    }

    @Test
    void requests_for_sessions_of_others_or_unknown_ones_write_nothing() {
        make();
        String before = fixture.look("SELECT xmin || ' ' || version || ' ' || owner FROM session");

        LoadOutcome foreign = await(store.load(SESSION, OWNER + 1, Set.of("mallory")));
        LoadOutcome absent = await(store.load("s_none", OWNER + 1, Set.of("mallory")));
        String after = fixture.look("SELECT xmin || ' ' || version || ' ' || owner FROM session");
        LoadOutcome own = await(store.load(SESSION, OWNER + 1, Set.of("mallory", USER)));

        assertThat(foreign).isEqualTo(new LoadOutcome.Foreign());
        assertThat(absent).isEqualTo(new LoadOutcome.Absent());
        assertThat(after).isEqualTo(before);
        assertThat(own).isInstanceOf(LoadOutcome.Found.class);
    }

    @Test
    void an_unavailable_store_fails_the_future_because_the_outcome_is_unknown() {
        make();
        await(fixture.pool.close());

        assertThatThrownBy(() -> await(store.append(rows(0, started(1, "r_1")))))
                .isNotNull();
        assertThatThrownBy(() -> await(store.load(SESSION, OWNER))).isNotNull();
        assertThatThrownBy(() -> await(store.claim(USER, SESSION, "c_1"))).isNotNull();
    }

    // --- claims

    @Test
    void a_claim_is_only_found_for_its_user_and_its_session() {
        make();
        await(store.append(append(0, 0).claims(claim("c_1", "hash")).build()));

        assertThat(await(store.claim(USER, SESSION, "c_1"))).contains(claim("c_1", "hash"));
        assertThat(await(store.claim("bob", SESSION, "c_1"))).isEmpty();
        assertThat(await(store.claim(USER, "s_2", "c_1"))).isEmpty();
        assertThat(await(store.claim(USER, SESSION, "c_2"))).isEmpty();
    }

    @Test
    void every_result_is_returned_unchanged() {
        make();
        List<CommandResult> results = List.of(
                new CommandResult.Sent("m_1", CommandResult.Status.STARTED, "r_1"),
                new CommandResult.Sent("m_2", CommandResult.Status.QUEUED, null),
                new CommandResult.Stopped(List.of("r_1"), List.of("m_2")),
                new CommandResult.Done());
        List<Claim> claims = new ArrayList<>();
        for (CommandResult result : results) {
            claims.add(new Claim(USER, SESSION, "c_" + claims.size(), "hash", result));
        }

        await(store.append(append(0, 0).claims(claims.toArray(Claim[]::new)).build()));

        for (Claim claim : claims) {
            assertThat(await(store.claim(USER, SESSION, claim.id()))).isEqualTo(Optional.of(claim));
        }
    }

    // --- erase, unfinished

    @Test
    void only_the_owner_erases_and_then_nothing_of_the_session_is_left() {
        make();
        await(store.append(append(0, 1)
                .rows(started(1, "r_1"))
                .claims(claim("c_1", "hash"))
                .runs(run("r_1", 1, null, null))
                .build()));

        assertThat(await(store.erase(SESSION, OWNER - 1, null))).isFalse();
        assertThat(await(store.erase(SESSION, OWNER + 1, null))).isFalse();
        assertNothingBut(1, 1);
        assertThat(await(store.erase(SESSION, OWNER, null))).isTrue();

        for (String table : List.of("session", "session_event", "run")) {
            assertThat(fixture.look("SELECT count(*) FROM " + table)).as(table).isEqualTo("0");
        }
        assertThat(fixture.look("SELECT count(*) FROM claim WHERE session_id <> ''"))
                .isEqualTo("0");
        assertThat(await(store.erase(SESSION, OWNER, null))).isFalse();
    }

    @Test
    void erasing_one_session_leaves_the_others() {
        make();
        await(store.create(StoreFixture.newSession("s_2", USER, OWNER)));
        await(store.append(rows(0, started(1, "r_1"))));

        await(store.erase("s_2", OWNER, null));

        assertNothingBut(1, 1);
    }

    @Test
    void sessions_with_an_unfinished_run_or_a_waiting_message_are_unfinished() {
        for (String id : List.of("s_idle", "s_running", "s_ended", "s_waiting", "s_both")) {
            await(store.create(StoreFixture.newSession(id, USER, OWNER)));
        }
        unfinished("s_running", "r_1", null, null);
        unfinished("s_ended", "r_1", "success", null);
        unfinished("s_waiting", "r_1", "success", List.of(WAITING));
        unfinished("s_both", "r_1", null, List.of(WAITING));

        List<String> all = List.of("s_running", "s_waiting", "s_both");
        assertThat(await(store.unfinishedSessions(EVERY_SHARD))).containsExactlyInAnyOrderElementsOf(all);
        assertThat(all).allSatisfy(id -> {
            int shard = new Sharding(TestDatabase.SHARDS).shardOf(id);
            List<Integer> others =
                    EVERY_SHARD.stream().filter(other -> other != shard).toList();
            assertThat(await(store.unfinishedSessions(List.of(shard)))).contains(id);
            assertThat(await(store.unfinishedSessions(others))).isNotEmpty().doesNotContain(id);
        });
    }

    @Test
    void an_append_changes_the_title_without_moving_the_session_in_the_list() {
        make();
        String before = fixture.look("SELECT updated_at FROM session");
        Claim claim = new Claim(USER, SESSION, "c_1", "hash", new CommandResult.Updated("Trip"));

        await(store.append(append(0, 1)
                .rows(started(1, "r_1"))
                .claims(claim)
                .names(new Titles("Trip", "Made", 2), Map.of("k", "v"))
                .build()));
        await(store.append(append(1, 2).rows(started(2, "r_2")).build()));

        assertThat(load(OWNER).titles()).isEqualTo(new Titles("Trip", "Made", 2));
        assertThat(fixture.look("SELECT metadata FROM session")).isEqualTo("{\"k\":\"v\"}");
        assertThat(fixture.look("SELECT updated_at FROM session")).isEqualTo(before);
    }

    // --- helpers

    private void unfinished(String session, String run, String outcome, List<QueuedMessage> queue) {
        LogEvent start = new LogEvent.RunStarted(session, run, new LogEvent.RunMetadata("user"));
        await(store.append(new AppendInTheMaking(session, OWNER, 0, 1)
                .rows(single(1, run, start))
                .runs(run(run, 1, outcome, null))
                .queue(queue)
                .build()));
    }

    private void make() {
        assertThat(await(store.create(newSession(null)))).isEqualTo(new CreateOutcome.Made());
    }

    private static NewSession newSession(Claim claim) {
        return new NewSession(SESSION, USER, "agent", "title", Map.of("k", 1), "e_1", OWNER, claim, null);
    }

    private Loaded load(long owner) {
        return ((LoadOutcome.Found) await(store.load(SESSION, owner))).session();
    }

    private void assertNothingBut(int events, long version) {
        assertThat(fixture.look("SELECT count(*) FROM session_event")).isEqualTo(Integer.toString(events));
        assertThat(fixture.look("SELECT version FROM session WHERE id = 's_1'")).isEqualTo(Long.toString(version));
        assertThat(fixture.look("SELECT epoch || queue || coalesce(preview, '') FROM session WHERE id = 's_1'"))
                .isEqualTo("e_1[]");
        assertThat(fixture.look("SELECT count(*) FROM run WHERE id = 'r_x'")).isEqualTo("0");
        if (events != 1) assertThat(await(store.claim(USER, SESSION, "c_1"))).isEmpty();
    }

    private static Claim claim(String id, String hash) {
        return new Claim(USER, SESSION, id, hash, new CommandResult.Sent("m_1", CommandResult.Status.STARTED, "r_1"));
    }

    private static RunRow run(String id, long firstSeq, String outcome, ErrorCode code) {
        return new RunRow(id, "user", firstSeq, StoreFixture.AT_MS, true, outcome, code);
    }

    private static LogRow started(long seq, String run) {
        return single(seq, run, new LogEvent.RunStarted(SESSION, run, new LogEvent.RunMetadata("user")));
    }

    private static LogRow finished(long seq, String run) {
        return single(seq, run, new LogEvent.RunFinished(SESSION, run, LogEvent.Outcome.SUCCESS, null));
    }

    private static Append rows(long version, LogRow... rows) {
        return append(version, rows[rows.length - 1].seq()).rows(rows).build();
    }

    private static AppendInTheMaking append(long version, long head) {
        return new AppendInTheMaking(SESSION, OWNER, version, head);
    }
}
