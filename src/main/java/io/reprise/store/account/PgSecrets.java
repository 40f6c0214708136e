package io.reprise.store.account;

import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;

/** Secrets that the server generates once and that all its nodes share. */
public final class PgSecrets {
    static final String MAKE = """
            WITH made AS (
                INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING name
            )
            INSERT INTO audit (action, target) SELECT 'secret.created', name FROM made""";

    static final String FIND = "SELECT value FROM secret WHERE name = $1";

    private final PgPool pool;

    public PgSecrets(PgPool pool) {
        this.pool = pool;
    }

    /** The secret of this name. It is generated from random bytes at the first call. */
    public Future<byte[]> obtain(String name, int bytes) {
        byte[] fresh = new byte[bytes];
        new SecureRandom().nextBytes(fresh);
        return pool.run(MAKE, Tuple.of(name, Buffer.buffer(fresh)))
                .compose(made -> pool.run(FIND, Tuple.of(name)))
                .map(rows -> rows.iterator().next().getBuffer("value").getBytes());
    }
}
