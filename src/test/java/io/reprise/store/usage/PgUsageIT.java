package io.reprise.store.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.usage.ModelUse;
import io.reprise.history.usage.ModelUse.Purpose;
import io.reprise.history.usage.Spent;
import io.reprise.history.usage.UsageDirectory.Filter;
import io.reprise.history.usage.UsageDirectory.Group;
import io.reprise.history.usage.UsageDirectory.OfRun;
import io.reprise.history.usage.UsageDirectory.OfSession;
import io.reprise.history.usage.UsageDirectory.Total;
import io.reprise.message.log.RunUsage.ContextUse;
import io.reprise.store.job.PgUserErasures;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.support.Page;
import io.reprise.support.PageCursor;
import io.reprise.testing.Patience;
import io.reprise.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The use of models in PostgreSQL. */
class PgUsageIT {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 30);

    private final StoreFixture fixture = new StoreFixture();
    private final PgUsage store = new PgUsage(fixture.pool, fixture.pool);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void calls_are_counted_once_however_often_they_are_recorded() {
        List<ModelUse> uses = List.of(
                use("1", "ada", DAY, 10, 5, false, "0.5"),
                use("2", "ada", DAY, 20, 5, true, null),
                use("3", "eve", DAY, 1, 1, false, "1"));

        await(store.record(uses));
        await(store.record(uses));

        assertThat(await(store.spent("ada", DAY))).isEqualTo(new Spent(40, new BigDecimal("0.5")));
        assertThat(await(store.spent("ada", DAY.plusDays(1))).tokens()).isZero();
        assertThat(totals(Group.USER))
                .containsExactly(
                        new Total("ada", 2, 30, 0, 0, 10, 0, 1, 1, new BigDecimal("0.5")),
                        new Total("eve", 1, 1, 0, 0, 1, 0, 0, 0, new BigDecimal("1")));
    }

    @Test
    void who_has_spent_so_much_on_a_day_is_found_by_tokens_or_by_cost() {
        await(store.record(List.of(
                use("1", "ada", DAY, 90, 9, false, "0.5"),
                use("2", "ada", DAY.plusDays(1), 500, 0, false, "9"),
                use("3", "eve", DAY, 90, 10, false, null),
                use("4", "ida", DAY, 1, 1, false, "2"))));

        assertThat(spenders(100, null)).containsOnlyKeys("eve");
        assertThat(spenders(99, null)).containsOnlyKeys("ada", "eve");
        assertThat(spenders(0, new BigDecimal("2"))).isEqualTo(Map.of("ida", new Spent(2, new BigDecimal("2"))));
        assertThat(spenders(100, new BigDecimal("0.5"))).containsOnlyKeys("ada", "eve", "ida");
        assertThat(spenders(0, null)).isEmpty();
        assertThat(await(store.spentAtLeast(DAY, 1, null, 2))).hasSize(2);
    }

    @Test
    void totals_come_in_pages_that_neither_repeat_nor_leave_out_a_row() {
        List<ModelUse> uses = new ArrayList<>();
        for (int i = 0; i < 7; i++) uses.add(use("u" + i, "user" + i, DAY.plusDays(i), i / 3, 1, false, null));
        await(store.record(uses));

        assertThat(inPages(Group.USER)).containsExactly("user6", "user3", "user4", "user5", "user0", "user1", "user2");
        assertThat(inPages(Group.DAY)).isSorted().hasSize(7);
        Filter all = new Filter(DAY, DAY.plusDays(9), null, null, null);
        String ofUsers = await(store.totals(all, Group.USER, null, 1)).cursor();
        assertThat(store.totals(all, Group.DAY, ofUsers, 1).cause()).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.totals(all, Group.USER, PageCursor.of("user1", "many"), 1)
                        .cause())
                .isInstanceOf(IllegalArgumentException.class);
    }

    private List<String> inPages(Group group) {
        Filter all = new Filter(DAY, DAY.plusDays(9), null, null, null);
        List<String> keys = new ArrayList<>();
        String cursor = null;
        do {
            Page<Total> page = await(store.totals(all, group, cursor, 2));
            page.rows().forEach(row -> keys.add(row.key()));
            cursor = page.cursor();
        } while (cursor != null && keys.size() < 100);
        return keys;
    }

    private Map<String, Spent> spenders(long tokens, BigDecimal cost) {
        return await(store.spentAtLeast(DAY, tokens, cost, 100));
    }

    @Test
    void a_day_begins_at_midnight_utc() {
        long midnightMs = Instant.parse("2026-12-01T00:00:00Z").toEpochMilli();
        await(store.record(List.of(
                use("1", "ada", DAY, 1, 0, false, null).recorded("1", midnightMs - 1),
                use("2", "ada", DAY, 2, 0, false, null).recorded("2", midnightMs))));

        assertThat(totals(Group.DAY)).extracting(Total::key).containsExactly("2026-11-30", "2026-12-01");
        assertThat(await(store.spent("ada", DAY)).tokens()).isEqualTo(1);
    }

    @Test
    void nodes_that_record_at_the_same_time_lose_and_double_nothing() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<ModelUse> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) all.add(use("u" + i, "user" + random.nextInt(5), DAY, 1, 0, false, "0.1"));
        List<Future<Void>> writes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            List<ModelUse> some = new ArrayList<>(all.subList(10 * i, 10 * i + 10));
            Collections.shuffle(some, random);
            writes.add(store.record(some));
            writes.add(store.record(some));
        }
        writes.forEach(PgUsageIT::await);

        assertThat(totals(Group.MODEL))
                .as("seed %s", seed)
                .singleElement()
                .returns(200L, Total::calls)
                .returns(200L, Total::input);
    }

    @Test
    void tokens_are_added_up_by_their_kind() {
        long noonMs = Instant.parse(DAY + "T12:00:00Z").toEpochMilli();
        await(store.record(List.of(
                new ModelUse(
                        "1",
                        "r1",
                        "s1",
                        "ada",
                        null,
                        Purpose.ANSWER,
                        "test",
                        "large",
                        noonMs,
                        100,
                        30,
                        20,
                        50,
                        40,
                        false,
                        null,
                        null),
                new ModelUse(
                        "2",
                        "r1",
                        "s1",
                        "ada",
                        null,
                        Purpose.ANSWER,
                        "test",
                        "large",
                        noonMs,
                        1,
                        2,
                        3,
                        4,
                        5,
                        false,
                        null,
                        null))));

        assertThat(totals(Group.DAY))
                .containsExactly(new Total("2026-11-30", 2, 101, 32, 23, 54, 45, 0, 2, BigDecimal.ZERO));
    }

    @Test
    void a_call_of_a_session_that_is_gone_is_counted_without_it() {
        await(store.record(List.of(use("1", "ada", DAY, 1, 0, false, null))));

        assertThat(fixture.look("SELECT coalesce(session_id, 'none') FROM model_use"))
                .isEqualTo("none");
        assertThat(await(store.spent("ada", DAY)).tokens()).isEqualTo(1);
    }

    /** Symptom: all calls of the statement failed. Cause: the session was found, and was gone when it was referred to. */
    @Test
    void a_session_that_is_deleted_while_its_calls_are_recorded_lets_none_of_them_fail() throws Exception {
        fixture.execute("INSERT INTO session (id, user_id, epoch, owner) VALUES ('s1', 'ada', 'e', 1)");
        Future<Void> recorded;
        try (Connection deleting = TestDatabase.connect(fixture.uri());
                Statement statement = deleting.createStatement()) {
            deleting.setAutoCommit(false);
            statement.execute("DELETE FROM session WHERE id = 's1'");
            recorded = store.record(List.of(use("1", "ada", DAY, 1, 0, false, null)));
            Awaitility.await().atMost(Patience.LIMIT).until(() -> fixture.look("""
                            SELECT count(*) FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'"""), "1"::equals);
            deleting.commit();
        }

        await(recorded);

        assertThat(fixture.look("SELECT coalesce(session_id, 'none') FROM model_use"))
                .isEqualTo("none");
    }

    @Test
    void days_of_an_erased_user_are_added_to_those_of_an_earlier_erasure() {
        await(store.record(List.of(use("1", "ada", DAY, 1, 0, false, null), use("2", "hash", DAY, 2, 0, false, null))));

        await(fixture.pool.run(PgUsage.RENAME_DAYS, Tuple.of("ada", "hash")));

        assertThat(totals(Group.USER))
                .singleElement()
                .returns("hash", Total::key)
                .returns(3L, Total::input);
    }

    /**
     * Symptom: an erased user was named again. Cause: the use of a model is recorded later than it happens, and what waited in
     * memory, or was being recorded, was not there to be renamed.
     */
    @Test
    void what_is_recorded_late_names_no_erased_user() throws Exception {
        PgUserErasures erasures = new PgUserErasures(fixture.pool, new byte[32]);
        await(erasures.ask("ada", "root"));
        Future<?> erased;
        try (Connection recording = TestDatabase.connect(fixture.uri());
                Statement statement = recording.createStatement()) {
            recording.setAutoCommit(false);
            statement.execute("""
                    INSERT INTO model_use (id, user_id, purpose, provider, model, at, input, cached_input, cache_write,
                        output, reasoning, estimated)
                    VALUES ('0', 'ada', 'answer', 'test', 'large', now(), 1, 0, 0, 1, 0, false)""");
            erased = erasures.sweep((shard, owner, session) -> {}, 10).next();
            Awaitility.await().atMost(Patience.LIMIT).until(() -> fixture.look("""
                            SELECT count(*) FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'"""), "1"::equals);
            recording.commit();
        }
        await(erased);

        await(store.record(List.of(use("1", "ada", DAY, 1, 0, false, null), use("2", "eve", DAY, 2, 0, false, null))));

        assertThat(fixture.look("SELECT count(*) FROM model_use WHERE user_id = 'ada'"))
                .isEqualTo("0");
        assertThat(fixture.look("SELECT count(*) FROM usage_day WHERE user_id = 'ada'"))
                .isEqualTo("0");
        assertThat(fixture.look("SELECT count(*) FROM model_use WHERE user_id LIKE 'erased:%'"))
                .isEqualTo("2");
        // Whoever comes with the same name later is somebody to the server again.
        fixture.execute("UPDATE erased_user SET erased_at = erased_at - interval '2 minutes'");
        ModelUse later = use("3", "ada", LocalDate.now(ZoneOffset.UTC).plusDays(1), 3, 0, false, null);
        await(store.record(List.of(later)));
        assertThat(fixture.look("SELECT count(*) FROM model_use WHERE user_id = 'ada'"))
                .isEqualTo("1");
        // The hash is not kept for longer than anything can wait.
        fixture.execute("UPDATE erased_user SET erased_at = erased_at - interval '2 days'");
        await(erasures.sweep((shard, owner, session) -> {}, 10).next());
        assertThat(fixture.look("SELECT count(*) FROM erased_user")).isEqualTo("0");
    }

    @Test
    void every_purpose_is_recorded_and_has_a_title() {
        List<ModelUse> uses = new ArrayList<>();
        for (Purpose purpose : Purpose.values()) uses.add(use(purpose.word(), purpose, null));

        await(store.record(uses));

        assertThat(totals(Group.PURPOSE))
                .extracting(total -> Purpose.of(total.key()).map(Purpose::title).orElse(""))
                .hasSize(Purpose.values().length)
                .doesNotHaveDuplicates()
                .allMatch(title -> !title.isBlank());
    }

    @Test
    void a_session_has_a_total_and_the_context_of_its_newest_and_of_its_largest_answer() {
        fixture.execute("INSERT INTO session (id, user_id, epoch, owner) VALUES ('s1', 'ada', 'e', 1)");
        List<ModelUse> uses = List.of(
                use("1", Purpose.ANSWER, new ContextUse(900, 1_000)).recorded("1", 1),
                use("2", Purpose.ANSWER, new ContextUse(300, 2_000)).recorded("2", 2),
                use("3", Purpose.SUMMARY, null).recorded("3", 3));
        assertThat(await(store.ofSession("s1"))).isEqualTo(OfSession.NOTHING);

        await(store.record(uses));

        OfSession found = await(store.ofSession("s1"));
        assertThat(found.total().calls()).isEqualTo(3);
        assertThat(found.total().input()).isEqualTo(3);
        assertThat(found)
                .returns(300L, OfSession::usedTokens)
                .returns(900L, OfSession::largestTokens)
                .returns(2_000L, OfSession::maxTokens);
    }

    @Test
    void the_runs_of_a_session_come_in_pages_the_oldest_first() {
        fixture.execute("INSERT INTO session (id, user_id, epoch, owner) VALUES ('s1', 'ada', 'e', 1)");
        await(store.record(List.of(
                use("1", Purpose.ANSWER, null).recorded("1", 2),
                use("2", Purpose.TITLE, null).recorded("2", 3),
                use("3", Purpose.ANSWER, null).recorded("3", 3))));
        fixture.execute("UPDATE model_use SET run_id = nullif('r' || id, 'r2')");

        Page<OfRun> first = await(store.ofSession("s1", null, null, 2));
        Page<OfRun> second = await(store.ofSession("s1", null, first.cursor(), 2));

        assertThat(first.rows()).extracting(OfRun::run).containsExactly("r1", null);
        assertThat(second.rows()).extracting(OfRun::run).containsExactly("r3");
        assertThat(second.cursor()).isNull();
        assertThat(store.ofSession("s1", null, "not one", 2).cause()).isInstanceOf(IllegalArgumentException.class);
    }

    private static ModelUse use(String id, Purpose purpose, ContextUse context) {
        long noonMs = Instant.parse(DAY + "T12:00:00Z").toEpochMilli();
        return new ModelUse(
                id, "r1", "s1", "ada", null, purpose, "test", "large", noonMs, 1, 0, 0, 0, 0, false, null, context);
    }

    private List<Total> totals(Group group) {
        return await(store.totals(new Filter(DAY, DAY.plusDays(30), null, null, null), group, null, 100))
                .rows();
    }

    private static ModelUse use(
            String id, String user, LocalDate day, long input, long output, boolean estimated, String cost) {
        return new ModelUse(
                id,
                "r1",
                "s1",
                user,
                null,
                Purpose.ANSWER,
                "test",
                "large",
                Instant.parse(day + "T12:00:00Z").toEpochMilli(),
                input,
                0,
                0,
                output,
                0,
                estimated,
                cost == null ? null : new BigDecimal(cost),
                null);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
