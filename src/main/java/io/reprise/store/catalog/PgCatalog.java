package io.reprise.store.catalog;

import io.reprise.catalog.CatalogStore;
import io.reprise.catalog.Entry;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.PromptVersions;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.message.Failure;
import io.reprise.message.Json;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Entries of the catalogue in PostgreSQL, shared by all nodes. */
public final class PgCatalog implements CatalogStore {
    /** One change after the other, and none while the entries are read for another one. */
    static final String LOCK = "SELECT number FROM catalog_state FOR UPDATE";

    static final String COUNT = "UPDATE catalog_state SET number = number + 1";

    static final String LIST = """
            SELECT kind, name, origin, version, body, changed_by, changed_at, revision, number
            FROM catalog_state LEFT JOIN catalog_entry ON true ORDER BY kind, name LIMIT $1""";

    /** The default is taken from one entry before another one gets it, because only one may have it at any moment. */
    static final String NO_STANDARD = "UPDATE catalog_entry SET standard = false WHERE standard";

    static final String PUT = """
            WITH given AS (
                SELECT g.kind, g.name, g.origin, g.body, g.action, g.status, g.standard,
                    1 + coalesce((SELECT max(v.version) FROM catalog_version v WHERE v.kind = g.kind AND v.name = g.name), 0)
                        AS version
                FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[])
                    AS g (kind, name, origin, body, action, status, standard)
            ), kept AS (
                INSERT INTO catalog_version (kind, name, version, origin, action, status, body, changed_by)
                SELECT kind, name, version, origin, action, status, body, $8 FROM given
            ), recorded AS (
                INSERT INTO audit (user_id, action, target, detail)
                SELECT $8, kind || '.' || action, name, json_build_object('version', version)::text
                FROM given WHERE $8::text IS NOT NULL
            )
            INSERT INTO catalog_entry (kind, name, origin, version, body, standard, changed_by, revision)
            SELECT kind, name, origin, version, body, standard, $8, (SELECT number + 1 FROM catalog_state) FROM given
            ON CONFLICT (kind, name) DO UPDATE SET origin = excluded.origin, version = excluded.version,
                body = excluded.body, standard = excluded.standard, changed_by = excluded.changed_by, changed_at = now(),
                revision = excluded.revision""";

    static final String REMOVE = """
            WITH gone AS (
                DELETE FROM catalog_entry USING unnest($1::text[], $2::text[]) AS g (kind, name)
                WHERE catalog_entry.kind = g.kind AND catalog_entry.name = g.name
                RETURNING catalog_entry.kind, catalog_entry.name, catalog_entry.origin, catalog_entry.version, body
            ), recorded AS (
                INSERT INTO audit (user_id, action, target, detail)
                SELECT $3, kind || '.deleted', name, json_build_object('version', version)::text
                FROM gone WHERE $3::text IS NOT NULL
            )
            INSERT INTO catalog_version (kind, name, version, origin, action, body, changed_by)
            SELECT kind, name, version + 1, origin, 'deleted', body, $3 FROM gone""";

    static final String VERSIONS = """
            SELECT version, origin, action, status, body, changed_by, changed_at FROM catalog_version
            WHERE kind = $1 AND name = $2 AND version < $3 ORDER BY version DESC LIMIT $4""";

    /** The entry says the same as its newest version. */
    static final String SET_STATUS = """
            WITH changed AS (
                UPDATE catalog_version SET status = $3
                WHERE kind = 'prompt' AND name = $1 AND version = $2 AND status IS NOT NULL AND origin = 'database'
                RETURNING name, version, status
            ), recorded AS (
                INSERT INTO audit (user_id, action, target, detail)
                SELECT $4, 'prompt.status', name, json_build_object('version', version, 'status', status)::text
                FROM changed
            ), shown AS (
                UPDATE catalog_entry SET revision = (SELECT number + 1 FROM catalog_state),
                    body = CASE WHEN catalog_entry.version = changed.version
                        THEN (body::jsonb || jsonb_build_object('status', changed.status))::text ELSE body END
                FROM changed
                WHERE kind = 'prompt' AND catalog_entry.name = changed.name
            ), counted AS (
                UPDATE catalog_state SET number = number + 1 WHERE EXISTS (SELECT 1 FROM changed)
            )
            SELECT version FROM changed""";

    /** Of each prompt one version of each status, found by the index, however many versions there are. */
    static final String PROMPTS = """
            SELECT entry.name, kept.version, kept.status, kept.body
            FROM catalog_entry entry CROSS JOIN (VALUES ('approved'), ('testing')) AS wanted (status)
            CROSS JOIN LATERAL (
                SELECT version, status, body FROM catalog_version
                WHERE kind = 'prompt' AND name = entry.name AND catalog_version.status = wanted.status
                    AND origin = 'database'
                ORDER BY version DESC LIMIT 1
            ) kept
            WHERE entry.kind = 'prompt' AND entry.origin = 'database'
            UNION
            SELECT kept.name, kept.version, kept.status, kept.body
            FROM unnest($1::text[], $2::bigint[]) AS named (name, version)
            JOIN catalog_version kept
                ON kept.kind = 'prompt' AND kept.name = named.name AND kept.version = named.version
            WHERE kept.status IS NOT NULL""";

    private static final int STATEMENTS = 5;

    /** More than the setting for the number of entries allows. */
    private static final int ENTRIES_MAX = 20_000;

    private final PgPool pool;

    public PgCatalog(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Stored> load() {
        return pool.read(LIST, Tuple.of(ENTRIES_MAX)).map(CatalogRows::stored);
    }

    @Override
    public Future<Optional<Failure>> change(String user, Function<Stored, Decision> deciding) {
        return alone((connection, stored) -> decided(connection, user, deciding.apply(stored)));
    }

    /** Changes what is stored, after all other changes and before the next one. */
    private Future<Optional<Failure>> alone(BiFunction<SqlConnection, Stored, Future<Optional<Failure>>> change) {
        return pool.inTransaction(
                        STATEMENTS,
                        connection -> connection
                                .query(LOCK)
                                .execute()
                                .compose(
                                        locked -> connection.preparedQuery(LIST).execute(Tuple.of(ENTRIES_MAX)))
                                .compose(rows -> change.apply(connection, CatalogRows.stored(rows))))
                .recover(PgPool::away);
    }

    private static Future<Optional<Failure>> decided(SqlConnection connection, String user, Decision decision) {
        return switch (decision) {
            case Decision.Refused refused -> Future.succeededFuture(Optional.of(refused.failure()));
            case Decision.Write write when write.isNothing() -> Future.succeededFuture(Optional.empty());
            case Decision.Write write ->
                remove(connection, user, write.removed())
                        .compose(removed -> put(connection, user, write))
                        .compose(done -> connection.query(COUNT).execute())
                        .map(done -> Optional.empty());
        };
    }

    private static Future<?> remove(SqlConnection connection, String user, List<EntryKey> keys) {
        if (keys.isEmpty()) return Future.succeededFuture();
        return connection
                .preparedQuery(REMOVE)
                .execute(Tuple.tuple()
                        .addArrayOfString(texts(keys, key -> key.kind().word()))
                        .addArrayOfString(texts(keys, EntryKey::name))
                        .addString(user));
    }

    private static Future<?> put(SqlConnection connection, String user, Decision.Write write) {
        if (write.all().isEmpty()) return Future.succeededFuture();
        List<Entry> put = write.all().stream().map(Decision.Write.Put::entry).toList();
        Tuple values = Tuple.tuple()
                .addArrayOfString(texts(put, entry -> entry.key().kind().word()))
                .addArrayOfString(texts(put, entry -> entry.key().name()))
                .addArrayOfString(texts(put, entry -> entry.origin().word()))
                .addArrayOfString(texts(put, entry -> Json.text(entry.body())))
                .addArrayOfString(texts(write.all(), Decision.Write.Put::action))
                .addArrayOfString(texts(put, PgCatalog::status))
                .addArrayOfBoolean(put.stream().map(Entry::isStandard).toArray(Boolean[]::new))
                .addString(user);
        boolean moves = put.stream().anyMatch(Entry::isStandard);
        Future<?> before = moves ? connection.query(NO_STANDARD).execute() : Future.succeededFuture();
        return before.compose(done -> connection.preparedQuery(PUT).execute(values));
    }

    private static String status(Entry entry) {
        if (entry.key().kind() != Kind.PROMPT) return null;
        return entry.body()
                .getOrDefault("status", CatalogRows.word(Status.APPROVED))
                .toString();
    }

    private static <T> String[] texts(List<T> of, Function<T, String> text) {
        return of.stream().map(text).toArray(String[]::new);
    }

    @Override
    public Future<List<Version>> versions(EntryKey key, long before, int limit) {
        return pool.read(VERSIONS, Tuple.of(key.kind().word(), key.name(), before, limit))
                .map(rows -> {
                    List<Version> found = new ArrayList<>(rows.size());
                    for (Row row : rows) found.add(CatalogRows.version(row));
                    return found;
                });
    }

    @Override
    public Future<Optional<Version>> version(EntryKey key, long number) {
        return versions(key, number + 1, 1)
                .map(found ->
                        found.stream().filter(one -> one.number() == number).findFirst());
    }

    @Override
    public Future<Optional<Failure>> setStatus(
            String user, EntryKey prompt, long number, Status status, Function<Stored, Optional<Failure>> refusal) {
        return alone((connection, stored) -> {
            Optional<Failure> refused = refusal.apply(stored);
            if (refused.isPresent()) return Future.succeededFuture(refused);
            return connection
                    .preparedQuery(SET_STATUS)
                    .execute(Tuple.of(prompt.name(), number, CatalogRows.word(status), user))
                    .map(rows -> rows.size() > 0 ? Optional.empty() : Optional.of(Failure.notFound("Version")));
        });
    }

    @Override
    public Future<List<PromptVersions>> prompts(Collection<NamedVersion> named) {
        List<NamedVersion> asked = List.copyOf(named);
        Tuple values = Tuple.tuple()
                .addArrayOfString(texts(asked, one -> one.key().name()))
                .addArrayOfLong(asked.stream().map(NamedVersion::number).toArray(Long[]::new));
        return pool.read(PROMPTS, values).map(rows -> {
            Map<String, List<PromptVersions.Version>> byName = new TreeMap<>();
            for (Row row : rows) {
                byName.computeIfAbsent(row.getString("name"), name -> new ArrayList<>())
                        .add(new PromptVersions.Version(
                                row.getLong("version"),
                                CatalogRows.status(row.getString("status")),
                                String.valueOf(CatalogRows.body(row).get("text"))));
            }
            List<PromptVersions> found = new ArrayList<>();
            byName.forEach(
                    (name, versions) -> found.add(new PromptVersions(new EntryKey(Kind.PROMPT, name), versions)));
            return found;
        });
    }
}
