package io.reprise.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MigrationsIT {
    private static final String TWO_VERSIONS = "classpath:db/two-versions";
    private static final String ONE_VERSION = "classpath:db/one-version";

    private final DatabaseUri database = TestDatabase.empty();

    @Test
    void the_servers_own_migrations_apply_to_an_empty_database_and_again_to_a_migrated_one() throws SQLException {
        Migrations.migrate(database);
        Migrations.migrate(database);

        assertThat(number("SELECT count(*) FROM flyway_schema_history WHERE version = '1' AND success"))
                .isEqualTo(1);
    }

    @Test
    void an_older_schema_is_brought_forward_and_keeps_its_rows() throws SQLException {
        Migrations.migrate(database, ONE_VERSION);
        execute("INSERT INTO thing (id) VALUES (7)");

        Migrations.migrate(database, TWO_VERSIONS);

        assertThat(number("SELECT id FROM thing WHERE name = 'unnamed'")).isEqualTo(7);
    }

    @Test
    void a_schema_of_a_newer_server_is_refused() {
        Migrations.migrate(database, TWO_VERSIONS);

        assertThatThrownBy(() -> Migrations.migrate(database, ONE_VERSION))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("has schema version 2, newer than this server")
                .hasMessageNotContaining(database.password());
    }

    @Test
    void a_migration_that_was_changed_afterwards_is_refused() {
        Migrations.migrate(database, ONE_VERSION);

        assertThatThrownBy(() -> Migrations.migrate(database, "classpath:db/broken"))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("cannot be migrated")
                .hasMessageContaining("checksum mismatch")
                .message()
                .hasLineCount(1);
    }

    @Test
    void a_database_with_tables_of_something_else_is_left_alone() throws SQLException {
        execute("CREATE TABLE foreign_table (id int)");

        assertThatThrownBy(() -> Migrations.migrate(database))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("contains other tables");
        assertThat(number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo(1);
    }

    @Test
    void servers_that_start_together_migrate_once() throws SQLException {
        CompletableFuture<Void> one = CompletableFuture.runAsync(() -> Migrations.migrate(database, TWO_VERSIONS));
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> Migrations.migrate(database, TWO_VERSIONS));

        CompletableFuture.allOf(one, other).join();

        assertThat(number("SELECT count(*) FROM flyway_schema_history WHERE success"))
                .isEqualTo(2);
    }

    @Test
    void a_wrong_password_is_said_in_one_line_without_it() {
        DatabaseUri wrong = DatabaseUri.parse(database.reveal().replace(database.password(), "not-the-password"));

        assertThatThrownBy(() -> Migrations.migrate(wrong))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("password authentication failed")
                .hasMessageContaining("check database.url")
                .hasMessageNotContaining("not-the-password");
    }

    @Test
    void a_failing_migration_is_said_in_one_line() {
        assertThatThrownBy(() -> Migrations.migrate(database, "classpath:db/broken"))
                .isInstanceOf(StoreStartException.class)
                .hasMessageContaining("V1__broken.sql")
                .hasMessageContaining("no_such_table")
                .message()
                .hasLineCount(1);
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
