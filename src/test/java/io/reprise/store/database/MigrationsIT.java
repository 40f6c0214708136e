package io.reprise.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.message.bus.Sharding;
import io.reprise.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MigrationsIT {
    private static final long SEED = new Random().nextLong();
    private static final String TWO_VERSIONS = "classpath:db/two-versions";
    private static final String ONE_VERSION = "classpath:db/one-version";

    private static final int SHARDS = TestDatabase.SHARDS;

    private final DatabaseUri database = TestDatabase.empty();

    @Test
    void the_servers_own_migrations_apply_to_an_empty_database_and_again_to_a_migrated_one() throws SQLException {
        Migrations.migrate(database, SHARDS);
        Migrations.migrate(database, SHARDS);

        assertThat(number("SELECT count(*) FROM flyway_schema_history WHERE version = '1' AND success"))
                .isEqualTo(1);
    }

    @Test
    void an_older_schema_is_migrated_and_keeps_its_rows() throws SQLException {
        Migrations.migrate(database, ONE_VERSION, SHARDS);
        execute("INSERT INTO thing (id) VALUES (7)");

        Migrations.migrate(database, TWO_VERSIONS, SHARDS);

        assertThat(number("SELECT id FROM thing WHERE name = 'unnamed'")).isEqualTo(7);
    }

    @Test
    void a_database_keeps_its_initial_number_of_shards() throws SQLException {
        Migrations.migrate(database, 16);

        assertThatThrownBy(() -> Migrations.migrate(database, 32))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("sessions.shards is 32, but database")
                .hasMessageEndingWith("was made with 16 and keeps that: set sessions.shards to 16")
                .message()
                .hasLineCount(1);
        Migrations.migrate(database, 16);
    }

    @Test
    void the_database_and_the_server_put_a_session_into_the_same_shard() throws SQLException {
        Migrations.migrate(database, 16);
        Random random = new Random(SEED);
        System.out.println("MigrationsIT seed " + SEED);

        for (int i = 0; i < 1_000; i++) {
            int shards = 1 + random.nextInt(4_096);
            String session = "s_" + Long.toString(random.nextLong(), 36) + Long.toString(random.nextLong(), 36);
            assertThat(number("SELECT shard_of('" + session + "', " + shards + ")"))
                    .as("%s of %s", session, shards)
                    .isEqualTo(new Sharding(shards).shardOf(session));
        }
    }

    @Test
    void a_schema_of_a_newer_server_is_refused() {
        Migrations.migrate(database, TWO_VERSIONS, SHARDS);

        assertThatThrownBy(() -> Migrations.migrate(database, ONE_VERSION, SHARDS))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("has schema version 2, newer than this server")
                .hasMessageNotContaining(database.password());
    }

    @Test
    void a_migration_that_was_changed_afterwards_is_refused() {
        Migrations.migrate(database, ONE_VERSION, SHARDS);

        assertThatThrownBy(() -> Migrations.migrate(database, "classpath:db/broken", SHARDS))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("cannot be migrated")
                .hasMessageContaining("checksum mismatch")
                .message()
                .hasLineCount(1);
    }

    @Test
    void a_database_with_tables_of_something_else_is_left_alone() throws SQLException {
        execute("CREATE TABLE foreign_table (id int)");

        assertThatThrownBy(() -> Migrations.migrate(database, SHARDS))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("contains other tables");
        assertThat(number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo(1);
    }

    @Test
    void servers_that_start_together_migrate_once() throws SQLException {
        CompletableFuture<Void> one =
                CompletableFuture.runAsync(() -> Migrations.migrate(database, TWO_VERSIONS, SHARDS));
        CompletableFuture<Void> other =
                CompletableFuture.runAsync(() -> Migrations.migrate(database, TWO_VERSIONS, SHARDS));

        CompletableFuture.allOf(one, other).join();

        assertThat(number("SELECT count(*) FROM flyway_schema_history WHERE success"))
                .isEqualTo(2);
    }

    @Test
    void a_wrong_password_is_reported_in_one_line_that_does_not_contain_it() {
        DatabaseUri wrong = DatabaseUri.parse(database.reveal().replace(database.password(), "not-the-password"));

        assertThatThrownBy(() -> Migrations.migrate(wrong, SHARDS))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("password authentication failed")
                .hasMessageContaining("check database.url")
                .hasMessageNotContaining("not-the-password");
    }

    @Test
    void a_failing_migration_is_reported_in_one_line() {
        assertThatThrownBy(() -> Migrations.migrate(database, "classpath:db/broken", SHARDS))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("V1__broken.sql")
                .hasMessageContaining("no_such_table")
                .message()
                .hasLineCount(1);
    }

    /** Symptom: after an upgrade a model could not be used any more. Cause: it was said to take PDF, which its provider has no form for. */
    @Test
    void models_that_were_said_to_take_pdf_can_be_used_after_an_upgrade() throws SQLException {
        Migrations.migrate(database, SHARDS, "57");
        execute("""
                INSERT INTO catalog_entry (kind, name, origin, version, body, changed_by) VALUES
                    ('provider', 'local', 'file', 1, '{"type":"ollama"}', NULL),
                    ('provider', 'other', 'database', 1, '{"type":"anthropic"}', 'ada'),
                    ('model', 'both', 'database', 3, '{"provider":"local","name":"m","takes":["image","pdf"]}', 'ada'),
                    ('model', 'odd', 'database', 1, '{"provider":"local","takes":["pdf"],"extra":{"a":"\\u0000"}}', 'ada'),
                    ('model', 'image', 'database', 1, '{"provider":"local","title":"pdf","takes":["image"]}', 'ada'),
                    ('model', 'of-other', 'database', 1, '{"provider":"other","takes":["pdf"]}', 'ada')""");

        Migrations.migrate(database, SHARDS);

        String changed = "%s WHERE kind = 'model' AND name = 'both' AND version = 4 AND changed_by IS NULL"
                + " AND body::jsonb = '{\"provider\":\"local\",\"name\":\"m\",\"takes\":[\"image\"]}'";
        assertThat(number(changed.formatted("SELECT count(*) FROM catalog_entry")))
                .isEqualTo(1);
        assertThat(number(changed.formatted("SELECT count(*) FROM catalog_version")))
                .isEqualTo(1);
        assertThat(number("SELECT count(*) FROM catalog_version")).isEqualTo(1);
        assertThat(number("SELECT count(*) FROM catalog_entry WHERE changed_by = 'ada'"))
                .isEqualTo(4);
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
