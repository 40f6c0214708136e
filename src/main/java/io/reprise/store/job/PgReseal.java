package io.reprise.store.job;

import io.reprise.job.Sweep;
import io.reprise.secret.SecretBox;
import io.reprise.secret.SecretPlace;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals stored secrets again that an older key has sealed, so that this key can be taken away. A secret that changes meanwhile
 * stays as it is then: what is new was sealed with the newest key.
 */
public final class PgReseal implements Sweep {
    private static final Logger log = LoggerFactory.getLogger(PgReseal.class);

    /** Tables with a column {@code secret}, and the purpose of their secrets. */
    private static final List<Place> PLACES = List.of(
            new Place("hook", "hook"),
            new Place("webhook", "webhook"),
            new Place("push_key", "push-key"),
            new Place("push_subscription", "push"),
            new Place("mcp_sign_in", "mcp-sign-in"));

    private record Place(String table, String purpose) {}

    private static final String NEXT =
            "SELECT id, secret FROM %s WHERE id > $1 AND secret IS NOT NULL ORDER BY id LIMIT $2";
    private static final String REPLACE = "UPDATE %s SET secret = $3 WHERE id = $1 AND secret = $2";

    private final PgPool pool;
    private final SecretBox box;
    private final int batch;
    private int place;
    private String last = "";

    /** @param batch secrets at a time */
    public PgReseal(PgPool pool, SecretBox box, int batch) {
        this.pool = pool;
        this.box = box;
        this.batch = batch;
    }

    @Override
    public Future<Batch> next() {
        Place at = PLACES.get(place);
        return pool.run(NEXT.formatted(at.table()), Tuple.of(last, batch))
                .compose(rows -> reseal(at, rows))
                .map(rows -> {
                    boolean whole = rows.size() < batch;
                    if (whole) place++;
                    if (whole) last = "";
                    return new Batch(rows.size(), 0, place < PLACES.size());
                });
    }

    private Future<RowSet<Row>> reseal(Place at, RowSet<Row> rows) {
        Future<?> done = Future.succeededFuture();
        for (Row row : rows) {
            last = row.getString("id");
            byte[] sealed = row.getBuffer("secret").getBytes();
            if (isNewest(sealed)) continue;
            SecretPlace where = new SecretPlace(at.purpose(), last);
            Optional<byte[]> plain = box.open(sealed, where);
            if (plain.isEmpty()) {
                log.atWarn()
                        .addKeyValue("table", at.table())
                        .addKeyValue("id", last)
                        .log("a stored secret was encrypted with a key that secrets.key does not hold");
                continue;
            }
            Tuple values = Tuple.of(last, Buffer.buffer(sealed), Buffer.buffer(box.seal(plain.get(), where)));
            done = done.compose(before -> pool.run(REPLACE.formatted(at.table()), values));
        }
        return done.map(rows);
    }

    private boolean isNewest(byte[] sealed) {
        byte[] header = box.newestHeader();
        return sealed.length >= header.length && Arrays.equals(sealed, 0, header.length, header, 0, header.length);
    }
}
