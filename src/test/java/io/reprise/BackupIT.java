package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Patience;
import io.reprise.testing.Rows;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Uploads;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups that are made by the command line while the server runs, and restored into another database. */
class BackupIT {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final DatabaseUri database = TestDatabase.fresh();
    private final DatabaseUri other = TestDatabase.empty();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("reprise.backup");
    }

    @Test
    void a_backup_of_a_running_server_is_restored_with_conversations_recalls_and_keys() {
        TestServer server = TestServer.start(database, Map.of());
        String token = server.token("ada");
        try (TestClient before = server.client("ada")) {
            String session = before.create();
            before.attachLive(session);
            before.awaitEnd(
                    session,
                    before.send(session, "/echo \"tab\\\t quote\" and \\ é 🙂").getString("run"));
            before.awaitEnd(
                    session,
                    before.send(session, "remind me in 2 hours to stretch").getString("run"));
            List<String> texts = texts(server, token, session);
            String busy = before.create();
            before.attachLive(busy);
            before.send(busy, "/stream 1000000 50");

            assertThat(run(database, "--backup", file.toString())).as(printed()).isZero();
            assertThat(printed()).isEqualTo("saved 2 sessions in " + file + "\n");
            server.close();
            assertThat(run(other, "--restore", file.toString())).as(printed()).isZero();
            assertThat(printed()).startsWith("restored 2 sessions as of 20");

            server = TestServer.start(other, Map.of());
            // The key that signs tokens is part of the backup.
            assertThat(texts(server, token, session)).startsWith(texts.toArray(String[]::new));
            assertThat(new JsonObject(server.call("GET", "/api/v1/recalls", token, null)
                                    .body())
                            .getJsonArray("recalls"))
                    .hasSize(1);
            try (TestClient after = server.client("ada")) {
                // What came after the backup is lost, so the log of a client that saw it does not go on.
                after.adopt(before, session);
                JsonObject verdict = after.attachLive(session);
                assertThat(verdict.getString("mode")).isEqualTo("reset");
                assertThat(verdict.getString("reason")).isEqualTo("epoch");
                after.awaitEnd(session, after.send(session, "/echo again").getString("run"));
                // A run that was under way goes on, as after a crash.
                after.attachLive(busy);
                after.await(
                        "the run under way",
                        0,
                        frame -> busy.equals(frame.getString("session"))
                                && frame.encode().contains("TEXT_MESSAGE_CONTENT"));
            }
        } finally {
            server.close();
        }
    }

    @Test
    void all_rows_of_all_tables_are_in_it_and_sequences_go_on() throws SQLException {
        try (TestServer server = TestServer.start(database, Map.of());
                TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/tool time {}").getString("run"));
        }
        run(database, "--backup", file.toString());

        run(other, "--restore", file.toString());

        List<String> tables = tables(other);
        assertThat(tables).isEqualTo(tables(database)).hasSizeGreaterThan(10);
        for (String table : tables) {
            assertThat(rows(other, table)).as(table).isEqualTo(rows(database, table));
        }
        assertThat(query(other, "SELECT last_value FROM owner_number"))
                .isEqualTo(query(database, "SELECT last_value FROM owner_number"));
    }

    /** The table of sessions is locked, so that the backup waits in the middle: some tables are read, others are not. */
    @Test
    void what_is_written_during_a_backup_is_not_half_in_it() throws Exception {
        Rows rows = new Rows(database);
        try (Connection lock = TestDatabase.connect(database);
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE session IN ACCESS EXCLUSIVE MODE");
            CompletableFuture<Integer> backup =
                    CompletableFuture.supplyAsync(() -> run(database, "--backup", file.toString()));
            await().atMost(Patience.LIMIT).until(() -> rows.text("""
                    SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'session'::regclass
                      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""").equals("1"));
            rows.execute(
                    "INSERT INTO audit (action) VALUES ('late'); INSERT INTO user_erasure (user_id) VALUES ('late')");
            lock.rollback();
            assertThat(backup.join()).as(printed()).isZero();
        }

        assertThat(run(other, "--restore", file.toString())).as(printed()).isZero();

        assertThat(query(other, "SELECT count(*) FROM audit WHERE action = 'late'"))
                .isEqualTo("0");
        assertThat(query(other, "SELECT count(*) FROM user_erasure")).isEqualTo("0");
    }

    @Test
    void files_of_messages_that_are_in_a_folder_are_in_it() throws IOException {
        Path ours = folder.resolve("ours");
        Path theirs = folder.resolve("theirs");
        byte[] picture = TestImages.png(40, 30);
        String session;
        String id;
        try (TestServer server = TestServer.start(database, inFolder(ours));
                TestClient tab = server.client("ada")) {
            session = tab.create();
            id = new Uploads(server, server.token("ada")).id(session, "cat.png", picture);
            assertThat(run(database, environmentOf(ours), "--backup", file.toString()))
                    .as(printed())
                    .isZero();
        }
        try (Stream<Path> files = Files.list(ours)) {
            for (Path lost : files.toList()) Files.delete(lost);
        }

        assertThat(run(other, environmentOf(theirs), "--restore", file.toString()))
                .as(printed())
                .isZero();

        try (TestServer server = TestServer.start(other, inFolder(theirs))) {
            Uploads files = new Uploads(server, server.token("ada"));
            assertThat(files.get(session, id, "").body()).isEqualTo(picture);
            assertThat(files.get(session, id, "?thumbnail").statusCode()).isEqualTo(200);
        }
    }

    private static Map<String, String> inFolder(Path files) {
        return Map.of("attachments.store", "folder", "attachments.folder", files.toString());
    }

    private static Map<String, String> environmentOf(Path files) {
        return Map.of("REPRISE_ATTACHMENTS_STORE", "folder", "REPRISE_ATTACHMENTS_FOLDER", files.toString());
    }

    @Test
    void a_file_that_exists_is_not_written_over() throws IOException {
        Files.writeString(file, "mine");

        assertThat(run(database, "--backup", file.toString())).isEqualTo(1);

        assertThat(printed()).contains("exists: choose another name");
        assertThat(file).hasContent("mine");
    }

    @Test
    void only_its_owner_may_read_a_backup() throws IOException {
        run(database, "--backup", file.toString());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void a_database_with_data_is_not_restored_into() {
        run(database, "--backup", file.toString());
        TestServer.start(other, Map.of()).close();

        assertThat(run(other, "--restore", file.toString())).isEqualTo(1);

        assertThat(printed()).contains("contains data: restore into an empty one");
    }

    @Test
    void a_database_that_a_server_uses_is_not_restored_into() {
        run(database, "--backup", file.toString());
        TestServer server = TestServer.start(other, Map.of());
        try {
            assertThat(run(other, "--restore", file.toString())).isEqualTo(1);
        } finally {
            server.close();
        }

        assertThat(printed()).contains("another Reprise").contains("is using database");
    }

    @Test
    void a_damaged_file_is_refused_and_leaves_an_empty_database() throws IOException, SQLException {
        run(database, "--backup", file.toString());
        byte[] whole = Files.readAllBytes(file);

        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThat(run(other, "--restore", file.toString())).isEqualTo(1);
        assertThat(printed()).contains("is not a complete backup");

        withoutEntry(whole, "tables/session.copy");
        assertThat(run(other, "--restore", file.toString())).isEqualTo(1);
        assertThat(printed()).contains("is not a complete backup");
        assertThat(query(other, "SELECT count(*) FROM secret")).isEqualTo("0");

        Files.write(file, whole);
        assertThat(run(other, "--restore", file.toString())).as(printed()).isZero();
    }

    @Test
    void another_number_of_shards_is_refused_by_name() {
        run(database, "--backup", file.toString());

        assertThat(run(other, Map.of("REPRISE_SESSIONS_SHARDS", "2"), "--restore", file.toString()))
                .isEqualTo(1);

        assertThat(printed()).contains("sessions.shards " + TestDatabase.SHARDS + ": set that, it is 2 now");
    }

    // --- helpers

    private int run(DatabaseUri on, String... arguments) {
        return run(on, Map.of(), arguments);
    }

    private int run(DatabaseUri on, Map<String, String> more, String... arguments) {
        printed.reset();
        Map<String, String> environment = new HashMap<>(more);
        environment.put("REPRISE_DATABASE_URL", on.reveal());
        environment.put("REPRISE_DATABASE_LOCK_WAIT_MS", "0");
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new Main(environment, out, out).run(arguments);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private void withoutEntry(byte[] whole, String left) throws IOException {
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(whole));
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().equals(left)) continue;
                out.putNextEntry(new ZipEntry(entry.getName()));
                in.transferTo(out);
                out.closeEntry();
            }
        }
    }

    private static List<String> texts(TestServer server, String token, String session) {
        JsonObject page = new JsonObject(server.call("GET", "/api/v1/sessions/" + session + "/messages", token, null)
                .body());
        return page.getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<String> tables(DatabaseUri on) throws SQLException {
        return Arrays.asList(query(on, """
                SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class
                WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace""").split(" "));
    }

    /** All of them, in no order; epochs are left out, because a restored session begins a new one. */
    private static String rows(DatabaseUri on, String table) throws SQLException {
        String row = table.equals("flyway_schema_history") ? "version" : "to_jsonb(t) - 'epoch'";
        return query(
                on,
                "SELECT string_agg(r::text, ' ' ORDER BY r::text) FROM (SELECT " + row + " AS r FROM \"" + table
                        + "\" t) rows");
    }

    private static String query(DatabaseUri on, String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(on);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
