package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.text;

import io.reprise.message.CommandResult;
import io.reprise.message.Json;
import io.reprise.session.store.Change.ClaimMade;
import io.reprise.session.store.Claim;
import io.reprise.store.database.PgPool;
import io.reprise.store.postgres.PgChange.OfTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Reads and writes rows of {@code claim}. */
final class PgClaims {
    static final OfTable<ClaimMade, Claim> WRITER = new OfTable<>(
            ClaimMade.class,
            ClaimMade::claim,
            new ArrayInsert<>(
                    """
                    INSERT INTO claim (user_id, session_id, id, hash, result)
                    SELECT c.user_id, head.id, c.id, c.hash, c.result
                    FROM head, unnest(%s) AS c (user_id, id, hash, result)""",
                    List.of(
                            text(Claim::user),
                            text(Claim::id),
                            text(Claim::hash),
                            text(claim -> Json.text(claim.result())))));

    static final String FIND = "SELECT hash, result FROM claim WHERE user_id = $1 AND session_id = $2 AND id = $3";

    private PgClaims() {}

    /**
     * The committed claim of a command; empty if there is none. Fails while the database has no space: the command could
     * not be stored, so it is refused instead of being decided.
     */
    static Future<Optional<Claim>> find(PgPool pool, String user, String session, String id) {
        if (!pool.hasSpace()) return PgPool.away(new IllegalStateException("the disk of the database is full"));
        return pool.run(FIND, Tuple.of(user, session, id))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(read(user, session, id, rows.iterator().next())));
    }

    /** @param row with the columns {@code hash} and {@code result} */
    private static Claim read(String user, String session, String id, Row row) {
        CommandResult result = Json.parse(row.getString("result"), CommandResult.class);
        return new Claim(user, session, id, row.getString("hash"), result);
    }
}
