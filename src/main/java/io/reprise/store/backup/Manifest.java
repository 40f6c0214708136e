package io.reprise.store.backup;

import java.util.List;
import java.util.Map;

/**
 * The first entry of a backup: what follows it and what it fits to.
 *
 * @param format version of the format of this file
 * @param server version of the server that wrote it
 * @param schema version of the database schema
 * @param shards {@code sessions.shards} of the database
 * @param takenAt time of the database at which the data is consistent
 * @param tables in an order in which a table comes after those that it refers to
 */
record Manifest(int format, String server, String schema, int shards, String takenAt, List<Table> tables) {
    static final int FORMAT = 1;
    static final String ENTRY = "manifest.json";

    /** Before the names of files with the content of attachments. */
    static final String FILES = "files/";

    /** A table with the columns that are stored; those that PostgreSQL computes are not. */
    record Table(String name, List<String> columns) {
        String entry() {
            return "tables/" + name + ".copy";
        }

        String quoted() {
            return quote(name);
        }

        /** For COPY. */
        String columnList() {
            return String.join(", ", columns.stream().map(Manifest::quote).toList());
        }
    }

    /** The last entry: without it the backup is not complete. */
    record End(Map<String, Long> rows, Map<String, Sequence> sequences) {
        static final String ENTRY = "end.json";
    }

    /** The state of a sequence, as {@code setval} takes it. */
    record Sequence(long value, boolean called) {}

    static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
