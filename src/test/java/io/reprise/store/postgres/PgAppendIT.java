package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.segment;
import static io.reprise.store.postgres.StoreFixture.single;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.message.CommandResult;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change;
import io.reprise.session.store.Claim;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.Outline;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every outcome of an append and of a claim, from a real database. */
class PgAppendIT extends EventStoreBench {
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

    /** Symptom: the search found words of an answer that a rewind had removed from its end. */
    @Test
    void a_text_whose_end_is_void_is_not_found_any_more() {
        make();
        fixture.execute("INSERT INTO message_text (session_id, seq, end_seq, message_id, role, folded)"
                + " VALUES ('s_1', 1, 9, 'm_half', 'assistant', 'half'), ('s_1', 2, 5, 'm_whole', 'user', 'whole'),"
                + " ('s_1', 7, 8, 'm_void', 'user', 'void')");

        AppendOutcome outcome = await(
                store.append(append(0, 1).rows(started(1, "r_1")).unsaidAfter(5).build()));

        assertThat(outcome).isEqualTo(new AppendOutcome.Stored());
        assertThat(fixture.look("SELECT string_agg(message_id, ' ') FROM message_text"))
                .isEqualTo("m_whole");
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
}
