package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static io.reprise.store.postgres.StoreFixture.segment;
import static io.reprise.store.postgres.StoreFixture.single;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.bus.Sharding;
import io.reprise.message.log.LogEvent;
import io.reprise.session.store.AppendOutcome;
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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sessions in the store: shards, making, loading, erasing. */
class PgEventStoreIT extends EventStoreBench {
    private static final List<Integer> EVERY_SHARD =
            IntStream.range(0, TestDatabase.SHARDS).boxed().toList();

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

    private void unfinished(String session, String run, String outcome, List<QueuedMessage> queue) {
        LogEvent start = new LogEvent.RunStarted(session, run, new LogEvent.RunMetadata("user"));
        await(store.append(new AppendInTheMaking(session, OWNER, 0, 1)
                .rows(single(1, run, start))
                .runs(run(run, 1, outcome, null))
                .queue(queue)
                .build()));
    }
}
