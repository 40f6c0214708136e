package io.reprise.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.postgres.CheckedStatements.Checked;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How PostgreSQL executes every statement of the server when all tables are large. */
class PgPathsIT {
    private static StoreFixture fixture;

    @BeforeAll
    static void store_much() {
        fixture = new StoreFixture();
        BigTables.storeIn(fixture);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("statementsWithPlans")
    void no_statement_reads_more_than_it_needs(Checked checked, String plan) {
        JsonObject explained = explain(plan, checked.sql(), checked.values());

        System.out.println(checked + ", " + plan + ": " + pages(explained) + " pages");
        assertThat(wholeTables(explained)).as(explained.encode()).isEmpty();
        assertThat(pages(explained)).as(explained.encode()).isLessThanOrEqualTo(checked.pagesMax());
    }

    /**
     * The plan for these values, and the generic one, which a connection may use for a statement that it runs often.
     */
    static List<Arguments> statementsWithPlans() {
        return CheckedStatements.all().stream()
                .flatMap(checked ->
                        Stream.of("force_custom_plan", "force_generic_plan").map(plan -> Arguments.of(checked, plan)))
                .toList();
    }

    @Test
    void every_table_that_grows_is_large_here() {
        assertThat(fixture.look("""
                SELECT string_agg(relname, ', ') FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples < 100000
                  AND relname NOT IN ('shard', 'fixed_setting', 'secret', 'flyway_schema_history',
                                      'lease', 'job', 'push_key', 'user_erasure', 'setting',
                                      'catalog_entry', 'catalog_state')""")).isNull();
    }

    private static JsonObject explain(String plan, String sql, String values) {
        try (Connection connection = TestDatabase.connect(fixture.uri());
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL plan_cache_mode = " + plan);
            statement.execute("PREPARE looked_at AS " + sql);
            // The first execution reads the parts of the catalogue that the session needs.
            for (int i = 0; i < 2; i++) {
                statement.execute("SAVEPOINT before");
                try (ResultSet row = statement.executeQuery("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE looked_at"
                        + (values.isEmpty() ? "" : "(" + values + ")"))) {
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

    /** The large tables that the plan reads from one end to the other. */
    private static List<String> wholeTables(JsonObject plan) {
        List<String> found = new ArrayList<>();
        String table = plan.getString("Relation Name");
        if (table != null && plan.getString("Node Type").equals("Seq Scan") && !BigTables.SMALL.contains(table)) {
            found.add(table);
        }
        for (Object child : plan.getJsonArray("Plans", new JsonArray())) found.addAll(wholeTables((JsonObject) child));
        return found;
    }
}
