package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Searches everything that a server stores for a word: every table of the database, every key of every Redis database,
 * every file of a folder. Tables are found by the catalogue of PostgreSQL, so a new one is searched, too.
 */
public final class EveryStore implements AutoCloseable {
    /** Names of columns with ids of sessions, and of columns with names of users; regular expressions of PostgreSQL. */
    public static final String SESSIONS = "session";

    public static final String USERS = "(^|_)(user|by)(_|$)";

    private final DatabaseUri database;
    private final Path folder;
    private final String redis;
    private final Vertx vertx = Vertx.vertx();

    /**
     * @param redis or null
     * @param folder of files, or null
     */
    public EveryStore(DatabaseUri database, TestRedis redis, Path folder) {
        this.database = database;
        this.redis = redis == null ? null : redis.url();
        this.folder = folder;
    }

    public static EveryStore ofDatabase(DatabaseUri database) {
        return new EveryStore(database, null, null);
    }

    /** Nothing but the audit log has the word. */
    public void assertOnlyAuditKnows(String word) {
        assertThat(tablesWith(word)).as("tables with " + word).containsExactly("audit");
        assertNoCopyOutside(word);
    }

    public void assertNobodyKnows(String word) {
        assertThat(tablesWith(word)).as("tables with " + word).isEmpty();
        assertNoCopyOutside(word);
    }

    private void assertNoCopyOutside(String word) {
        assertThat(keysWith(word)).as("keys of Redis with " + word).isEmpty();
        assertThat(filesWith(word)).as("files with " + word).isEmpty();
    }

    /**
     * A search for the word that finds nothing says something about a table only if it could have found the word there:
     * this asserts that every table which has such a column has a row with the word, but for these.
     */
    public void assertEveryTableKnows(String word, String columns, String... without) {
        List<String> expected = strings("SELECT DISTINCT table_name FROM information_schema.columns"
                + " WHERE table_schema = 'public' AND column_name ~ '" + columns + "'"
                + " AND table_name <> 'flyway_schema_history'");
        expected.removeAll(List.of(without));
        assertThat(tablesWith(word)).as("tables to fill before the search").containsAll(expected);
    }

    /** Tables with a row that has the word in any column, also within bytes. Sorted. */
    public List<String> tablesWith(String word) {
        List<String> tables = strings("SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)"
                + " FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
                + " AND table_schema NOT IN ('pg_catalog', 'information_schema')");
        String hex = HexFormat.of().formatHex(word.getBytes(StandardCharsets.UTF_8));
        return strings(tables.stream()
                .map(table -> "SELECT '" + table.replace("public.", "") + "' AS found WHERE EXISTS (SELECT 1 FROM "
                        + table + " AS t WHERE strpos(t::text, '" + word + "') > 0 OR strpos(t::text, '" + hex
                        + "') > 0)")
                .collect(Collectors.joining(" UNION ALL ", "", " ORDER BY found")));
    }

    /** Keys of any Redis database that have the word in them or in what they hold. */
    public List<String> keysWith(String word) {
        if (redis == null) return List.of();
        List<String> found = new ArrayList<>();
        Response limit = ask(0, Request.cmd(Command.CONFIG).arg("GET").arg("databases"));
        int databases = Integer.parseInt(words(limit).getLast());
        for (int database = 0; database < databases; database++) {
            for (Response key : ask(database, Request.cmd(Command.KEYS).arg("*"))) {
                if ((key + " " + content(database, key.toString())).contains(word)) found.add(database + " " + key);
            }
        }
        return found;
    }

    /** As it was written. A dump of it would be compressed. */
    private String content(int database, String key) {
        String type = ask(database, Request.cmd(Command.TYPE).arg(key)).toString();
        Request read = switch (type) {
            case "string" -> Request.cmd(Command.GET).arg(key);
            case "hash" -> Request.cmd(Command.HGETALL).arg(key);
            case "set" -> Request.cmd(Command.SMEMBERS).arg(key);
            case "zset" -> Request.cmd(Command.ZRANGE).arg(key).arg(0).arg(-1);
            case "list" -> Request.cmd(Command.LRANGE).arg(key).arg(0).arg(-1);
            case "none" -> null; // gone meanwhile
            default -> throw new AssertionError("cannot search a " + type);
        };
        return read == null ? "" : String.join(" ", words(ask(database, read)));
    }

    private static List<String> words(Response response) {
        if (response == null) return List.of(); // gone meanwhile
        List<String> words = new ArrayList<>();
        switch (response.type()) {
            case MULTI -> {
                if (response.isMap()) {
                    for (String key : response.getKeys()) {
                        words.add(key);
                        words.addAll(words(response.get(key)));
                    }
                } else {
                    response.forEach(part -> words.addAll(words(part)));
                }
            }
            default -> words.add(response.toString());
        }
        return words;
    }

    /** Files that have the word in their path or content. */
    public List<Path> filesWith(String word) {
        if (folder == null) return List.of();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> hasWord(file, word))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean hasWord(Path file, String word) {
        try {
            return folder.relativize(file).toString().contains(word)
                    || new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(word);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Response ask(int number, Request request) {
        Redis client = Redis.createClient(vertx, redis + "/" + number);
        try {
            return client.send(request).await(120, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        } finally {
            client.close();
        }
    }

    private List<String> strings(String sql) {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) found.add(rows.getString(1));
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
