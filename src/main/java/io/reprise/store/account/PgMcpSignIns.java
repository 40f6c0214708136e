package io.reprise.store.account;

import io.reprise.account.McpSignInStore;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Sign-ins to MCP servers in PostgreSQL. Each that begins removes those of its user that were never ended. */
public final class PgMcpSignIns implements McpSignInStore {
    private static final int LIST_MAX = 1_000;

    static final String BEGIN = """
            WITH gone AS (
                DELETE FROM mcp_sign_in
                WHERE user_id = $2 AND id <> $1 AND secret IS NULL AND attempt_ends_at <= now()
            )
            INSERT INTO mcp_sign_in (id, user_id, server, state, attempt, attempt_ends_at)
            VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 ms')
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, attempt = excluded.attempt,
                attempt_ends_at = excluded.attempt_ends_at""";

    static final String TAKE = """
            WITH found AS (
                SELECT id, user_id, server, attempt, attempt_ends_at > now() AS is_new
                FROM mcp_sign_in WHERE state = $1 FOR UPDATE
            ), taken AS (
                UPDATE mcp_sign_in SET state = NULL, attempt = NULL, attempt_ends_at = now()
                WHERE id IN (SELECT id FROM found)
            )
            SELECT id, user_id, server, attempt FROM found WHERE is_new""";

    static final String KEEP = """
            WITH kept AS (
                INSERT INTO mcp_sign_in (id, user_id, server, secret, signed_in_at) VALUES ($1, $2, $3, $4, now())
                ON CONFLICT (id) DO UPDATE SET secret = excluded.secret, signed_in_at = now(),
                    version = mcp_sign_in.version + 1
                RETURNING user_id, server
            )
            INSERT INTO audit (user_id, action, target) SELECT user_id, 'mcp.signed-in', server FROM kept""";

    static final String FIND = "SELECT secret, version FROM mcp_sign_in WHERE id = $1 AND secret IS NOT NULL";

    static final String EXISTING = "SELECT id FROM mcp_sign_in WHERE id = ANY($1) AND secret IS NOT NULL";

    /** Also if another node has dropped that version, because its refresh token had just been used for these tokens. */
    static final String REPLACE = """
            UPDATE mcp_sign_in SET secret = $3, version = $2 + 1, signed_in_at = coalesce(signed_in_at, now())
            WHERE id = $1 AND (version = $2 OR version = $2 + 1 AND secret IS NULL)""";

    static final String DROP = """
            WITH dropped AS (
                UPDATE mcp_sign_in SET secret = NULL, signed_in_at = NULL, version = version + 1,
                    attempt_ends_at = coalesce(attempt_ends_at, now())
                WHERE id = $1 AND version = $2 AND secret IS NOT NULL RETURNING user_id, server
            )
            INSERT INTO audit (user_id, action, target) SELECT user_id, 'mcp.sign-in-lost', server FROM dropped""";

    static final String REMOVE = """
            WITH removed AS (
                DELETE FROM mcp_sign_in WHERE id = $1 AND secret IS NOT NULL RETURNING user_id, server
            )
            INSERT INTO audit (user_id, action, target) SELECT user_id, 'mcp.signed-out', server FROM removed""";

    static final String LIST = """
            SELECT server, signed_in_at FROM mcp_sign_in WHERE user_id = $1 AND secret IS NOT NULL
            ORDER BY server LIMIT $2""";

    static final String PEOPLE = """
            SELECT asked.server, (SELECT count(*) FROM (
                SELECT 1 FROM mcp_sign_in WHERE mcp_sign_in.server = asked.server AND secret IS NOT NULL LIMIT $2) AS counted) AS people
            FROM unnest($1::text[]) AS asked (server)""";

    private final PgPool pool;

    public PgMcpSignIns(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Void> begin(Key key, String state, byte[] attempt, long lifeMs) {
        return run(BEGIN, Tuple.of(key.id(), key.user(), key.server(), state, Buffer.buffer(attempt), lifeMs))
                .mapEmpty();
    }

    @Override
    public Future<Optional<Begun>> take(String state) {
        return run(TAKE, Tuple.of(state)).map(rows -> {
            for (Row row : rows) {
                Key key = new Key(row.getString("id"), row.getString("user_id"), row.getString("server"));
                return Optional.of(new Begun(key, row.getBuffer("attempt").getBytes()));
            }
            return Optional.empty();
        });
    }

    @Override
    public Future<Void> keep(Key key, byte[] secret) {
        return run(KEEP, Tuple.of(key.id(), key.user(), key.server(), Buffer.buffer(secret)))
                .mapEmpty();
    }

    @Override
    public Future<Optional<Stored>> find(Key key) {
        return pool.read(FIND, Tuple.of(key.id())).map(rows -> {
            for (Row row : rows) {
                return Optional.of(new Stored(row.getBuffer("secret").getBytes(), row.getLong("version")));
            }
            return Optional.empty();
        });
    }

    @Override
    public Future<Set<String>> existing(List<String> ids) {
        return pool.read(EXISTING, Tuple.of(ids.toArray(String[]::new)))
                .map(rows -> rows.stream().map(row -> row.getString("id")).collect(Collectors.toSet()));
    }

    @Override
    public Future<Boolean> replace(Key key, long version, byte[] secret) {
        return run(REPLACE, Tuple.of(key.id(), version, Buffer.buffer(secret))).map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Future<Void> drop(Key key, long version) {
        return run(DROP, Tuple.of(key.id(), version)).mapEmpty();
    }

    @Override
    public Future<Boolean> remove(Key key) {
        return run(REMOVE, Tuple.of(key.id())).map(rows -> rows.rowCount() > 0);
    }

    @Override
    public Future<List<Listed>> list(String user) {
        return pool.read(LIST, Tuple.of(user, LIST_MAX))
                .map(rows -> rows.stream()
                        .map(row -> new Listed(
                                row.getString("server"), PgTimes.toMs(row.getOffsetDateTime("signed_in_at"))))
                        .toList());
    }

    @Override
    public Future<Map<String, Integer>> people(List<String> servers) {
        return pool.read(PEOPLE, Tuple.of(servers.toArray(String[]::new), PEOPLE_MAX))
                .map(rows -> rows.stream()
                        .collect(Collectors.toMap(row -> row.getString("server"), row -> row.getInteger("people"))));
    }

    private Future<RowSet<Row>> run(String sql, Tuple values) {
        return pool.run(sql, values).recover(PgPool::away);
    }
}
