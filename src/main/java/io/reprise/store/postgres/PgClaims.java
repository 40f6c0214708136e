package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.text;

import io.reprise.message.CommandResult;
import io.reprise.message.Json;
import io.reprise.session.store.Change.ClaimMade;
import io.reprise.session.store.Claim;
import io.reprise.store.postgres.PgChange.OfTable;
import io.vertx.sqlclient.Row;
import java.util.List;

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

    private PgClaims() {}

    /** @param row with the columns {@code hash} and {@code result} */
    static Claim read(String user, String session, String id, Row row) {
        CommandResult result = Json.parse(row.getString("result"), CommandResult.class);
        return new Claim(user, session, id, row.getString("hash"), result);
    }
}
