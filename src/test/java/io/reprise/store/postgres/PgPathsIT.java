package io.reprise.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.directory.PgSessionDirectory;
import io.reprise.testing.BigSession;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What PostgreSQL does for the statements that are made for every load, page and run, where there is much of all. */
class PgPathsIT {
    private static final BigSession MANY_RUNS = new BigSession("s_many", "ada", 15_000, 32);
    private static final BigSession LONG_TEXTS = new BigSession("s_long", "ada", 100, 60_000);

    private static StoreFixture fixture;

    @BeforeAll
    static void store_sessions() {
        fixture = new StoreFixture();
        MANY_RUNS.storeIn(fixture.uri());
        LONG_TEXTS.storeIn(fixture.uri());
        storeWhatIsDue();
        storeManySessions();
    }

    /** 10,000 of one user: every tenth pinned, two thirds archived. */
    private static void storeManySessions() {
        fixture.execute("""
                INSERT INTO session (id, user_id, epoch, owner, pinned, archived, updated_at)
                SELECT 's_of_eve_' || i, 'eve', 'e_1', 1, i % 10 = 0, i % 3 > 0, timestamptz '2026-01-01Z' + i * interval '1 minute'
                FROM generate_series(1, 10000) AS i""");
        fixture.execute("ANALYZE session");
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    /** In all shards; every tenth is not due yet. */
    private static void storeWhatIsDue() {
        fixture.execute("""
                INSERT INTO session (id, user_id, epoch, owner)
                SELECT 's_' || i, 'ada', 'e_1', 1 FROM generate_series(1, 20000) AS i""");
        fixture.execute("""
                INSERT INTO run (session_id, id, origin, first_seq, exact, started_at, outcome)
                SELECT 's_' || i, 'r_1', 'user', 1, true, now(), 'interrupt' FROM generate_series(1, 200) AS i""");
        fixture.execute("""
                INSERT INTO recall (id, session_id, user_id, text, schedule, status, slot_at, trigger_at,
                                    deferrals, failures, missed, created_at)
                SELECT 'rc_' || i, 's_' || i, 'ada', 'stretch', '{}', 'pending', due.at, due.at, 0, 0, 0, now()
                FROM generate_series(1, 20000) AS i,
                     LATERAL (SELECT now() + interval '1 s' * (CASE WHEN i % 10 = 9 THEN 1 ELSE -1 END) * (i + 10) AS at) AS due""");
        fixture.execute("""
                INSERT INTO interrupt (session_id, id, run_id, place, tool_call, tool, arguments, created_at, expires_at)
                SELECT 's_' || (1 + i % 200), 'i_' || i, 'r_1', 1, 't_1', 'mail', '{}', now(), now() - interval '1 s' * i
                FROM generate_series(1, 20000) AS i""");
        fixture.execute("ANALYZE recall, interrupt");
    }

    /** Name, statement, values, and how many pages of 8 KiB it may look at. */
    static List<Arguments> statements() {
        return List.of(
                Arguments.of("rows at the beginning", PgLogReader.ROWS, "'s_many', 0, 150000, 1000, 1048576", 60),
                Arguments.of("rows at the end", PgLogReader.ROWS, "'s_many', 149000, 150000, 1000, 1048576", 60),
                // Symptom: a page of a conversation with long messages took 260 times as long as it needs. Cause: the
                // size
                // of each of the 1,000 rows that were looked at was counted in characters, which unpacks it.
                Arguments.of("rows with long texts", PgLogReader.ROWS, "'s_long', 0, 1000, 1000, 1048576", 60),
                Arguments.of("beginning of a snapshot", PgLogReader.FOLD_START, "'s_many', 150000, 199, 150000", 80),
                Arguments.of(
                        "beginning of a page of history", PgLogReader.FOLD_START, "'s_many', 75000, 49, 150000", 80),
                // Symptom: each load, page and start of a run took longer the more runs all sessions had. Cause: no
                // index had the runs of a session in their order.
                Arguments.of("last run at a load", PgSessionLoader.RUNS, "'s_many'", 20),
                Arguments.of("last messages at a load", PgSessionLoader.OUTLINE, "'s_many', 149991", 60),
                Arguments.of("amendments", PgLogReader.AMENDMENTS, "'s_many'", 20),
                Arguments.of("end of a run", PgLogReader.RUN_END, "'s_many', 75001", 20),
                // A look at all that is due reads what is due in the shards of all others.
                Arguments.of("recalls that are due", PgDueStore.RECALLS, "NULL, NULL, 20, '{3}'", 60),
                Arguments.of("recalls behind one", PgDueStore.RECALLS, "now() - interval '1 h', 'rc_5', 20, '{3}'", 60),
                Arguments.of("interrupts that have expired", PgDueStore.INTERRUPTS, "NULL, NULL, NULL, 20, '{3}'", 60),
                Arguments.of("clear up to a seq", PgEventStore.CLEAR_RUNS, "'s_many', 10", 40),
                Arguments.of("first page of a list", PgSessionDirectory.LIST, "'eve', '{f}', null, null, null, 11", 60),
                Arguments.of(
                        "page in the middle of a list",
                        PgSessionDirectory.LIST,
                        "'eve', '{f}', false, '2026-01-03Z', 's_of_eve_3', 11",
                        60),
                Arguments.of(
                        "page of both lists",
                        PgSessionDirectory.LIST,
                        "'eve', '{f,t}', true, '2026-01-03Z', 's', 11",
                        130));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("statementsWithPlans")
    void a_statement_looks_at_no_more_than_it_needs(String name, String plan, String sql, String values, int pagesMax) {
        JsonObject explained = explain(plan, sql, values);

        System.out.println(name + ", " + plan + ": " + pages(explained) + " pages");
        assertThat(scans(explained))
                .as(explained.encode())
                .doesNotContain(
                        "Seq Scan on session_event",
                        "Seq Scan on run",
                        "Seq Scan on session",
                        "Seq Scan on recall",
                        "Seq Scan on interrupt");
        assertThat(pages(explained)).as(explained.encode()).isLessThanOrEqualTo(pagesMax);
    }

    /** The plan for these values, and the one for any: a connection that has run a statement often may keep the latter. */
    static List<Arguments> statementsWithPlans() {
        List<Arguments> all = new ArrayList<>();
        for (Arguments of : statements()) {
            Object[] parts = of.get();
            for (String plan : List.of("force_custom_plan", "force_generic_plan")) {
                all.add(Arguments.of(parts[0], plan, parts[1], parts[2], parts[3]));
            }
        }
        return all;
    }

    private static JsonObject explain(String plan, String sql, String values) {
        try (Connection connection = TestDatabase.connect(fixture.uri());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL plan_cache_mode = " + plan);
            statement.execute("PREPARE looked_at AS " + sql);
            // The first execution reads what the session needs of the catalogue.
            for (int i = 0; i < 2; i++) {
                statement.execute("SAVEPOINT before");
                try (ResultSet row = statement.executeQuery(
                        "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE looked_at(" + values + ")")) {
                    row.next();
                    if (i == 1)
                        return new JsonArray(row.getString(1)).getJsonObject(0).getJsonObject("Plan");
                }
                statement.execute("ROLLBACK TO before");
            }
            throw new AssertionError("explained twice");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int pages(JsonObject plan) {
        return plan.getInteger("Shared Hit Blocks") + plan.getInteger("Shared Read Blocks");
    }

    private static List<String> scans(JsonObject plan) {
        List<String> found = new ArrayList<>();
        if (plan.getString("Relation Name") != null) {
            found.add(plan.getString("Node Type") + " on " + plan.getString("Relation Name"));
        }
        for (Object child : plan.getJsonArray("Plans", new JsonArray())) found.addAll(scans((JsonObject) child));
        return found;
    }
}
