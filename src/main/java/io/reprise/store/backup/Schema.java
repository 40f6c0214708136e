package io.reprise.store.backup;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads from PostgreSQL's catalogue what a backup has to contain, so that tables of later versions are not forgotten. */
final class Schema {
    private static final String TABLES = """
            SELECT c.relname AS name,
                   (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
                    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
                   (SELECT array_agg(DISTINCT r.relname::text) FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
                    WHERE f.conrelid = c.oid AND f.contype = 'f') AS refers_to
            FROM pg_class c
            WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
              AND c.relname <> 'flyway_schema_history'
            ORDER BY c.relname""";
    private static final String SEQUENCES =
            "SELECT sequencename AS name FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1";
    private static final String VERSION = """
            SELECT version FROM flyway_schema_history WHERE success AND version IS NOT NULL
            ORDER BY installed_rank DESC LIMIT 1""";
    private static final String SHARDS = "SELECT value FROM fixed_setting WHERE name = 'sessions.shards'";

    private final Connection connection;

    Schema(Connection connection) {
        this.connection = connection;
    }

    String version() throws SQLException {
        return text(VERSION);
    }

    int shards() throws SQLException {
        return Integer.parseInt(text(SHARDS));
    }

    String now() throws SQLException {
        return text("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')");
    }

    /** The tables, each after those that it refers to. */
    List<Manifest.Table> tables() throws SQLException {
        Map<String, Manifest.Table> tables = new LinkedHashMap<>();
        Map<String, List<String>> refersTo = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                String name = rows.getString("name");
                tables.put(name, new Manifest.Table(name, texts(rows, "columns")));
                refersTo.put(name, texts(rows, "refers_to"));
            }
        }
        Set<String> ordered = new LinkedHashSet<>();
        tables.keySet().forEach(name -> append(name, refersTo, ordered, Set.of()));
        return ordered.stream().map(tables::get).toList();
    }

    private static void append(
            String name, Map<String, List<String>> refersTo, Set<String> ordered, Set<String> waiting) {
        if (ordered.contains(name) || waiting.contains(name)) return;
        Set<String> inner = new LinkedHashSet<>(waiting);
        inner.add(name);
        refersTo.get(name).forEach(other -> append(other, refersTo, ordered, inner));
        ordered.add(name);
    }

    Map<String, Manifest.Sequence> sequences() throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SEQUENCES)) {
            while (rows.next()) names.add(rows.getString("name"));
        }
        Map<String, Manifest.Sequence> sequences = new LinkedHashMap<>();
        for (String name : names) {
            try (Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("SELECT last_value, is_called FROM " + Manifest.quote(name))) {
                row.next();
                sequences.put(name, new Manifest.Sequence(row.getLong("last_value"), row.getBoolean("is_called")));
            }
        }
        return sequences;
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        java.sql.Array array = row.getArray(column);
        return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
    }

    private String text(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
