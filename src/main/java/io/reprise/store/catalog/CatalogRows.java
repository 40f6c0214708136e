package io.reprise.store.catalog;

import io.reprise.catalog.CatalogStore.Stored;
import io.reprise.catalog.CatalogStore.Version;
import io.reprise.catalog.Entry;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Origin;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.message.Json;
import io.reprise.store.database.PgTimes;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rows of the catalogue as entries and versions. */
final class CatalogRows {
    private CatalogRows() {}

    static Stored stored(Iterable<Row> rows) {
        long number = 0;
        List<Entry> entries = new ArrayList<>();
        for (Row row : rows) {
            number = row.getLong("number");
            Kind.of(row.getString("kind") == null ? "" : row.getString("kind"))
                    .ifPresent(kind -> entries.add(entry(kind, row)));
        }
        return new Stored(number, entries);
    }

    static Entry entry(Kind kind, Row row) {
        return new Entry(
                new EntryKey(kind, row.getString("name")),
                Origin.of(row.getString("origin")),
                row.getLong("version"),
                body(row),
                row.getString("changed_by"),
                PgTimes.toMs(row.getOffsetDateTime("changed_at")),
                row.getLong("revision"));
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> body(Row row) {
        return Json.parse(row.getString("body"), Map.class);
    }

    /** As it was saved, but with the status that it has now. */
    static Map<String, Object> bodyOfVersion(Row row, String status) {
        Map<String, Object> body = body(row);
        if (status == null || status.equals(body.getOrDefault("status", word(Status.APPROVED)))) return body;
        Map<String, Object> now = new LinkedHashMap<>(body);
        now.put("status", status);
        return now;
    }

    static Version version(Row row) {
        String status = row.getString("status");
        return new Version(
                row.getLong("version"),
                Origin.of(row.getString("origin")),
                row.getString("action"),
                status == null ? null : status(status),
                bodyOfVersion(row, status),
                row.getString("changed_by"),
                PgTimes.toMs(row.getOffsetDateTime("changed_at")));
    }

    static Status status(String word) {
        return Status.valueOf(word.toUpperCase(Locale.ROOT));
    }

    static String word(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
