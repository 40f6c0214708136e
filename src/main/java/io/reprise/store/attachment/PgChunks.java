package io.reprise.store.attachment;

import io.reprise.attachment.Blob;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.NoSuchElementException;

/** Rows of {@code attachment_chunk}. */
final class PgChunks implements Chunks {
    static final String WRITE = "INSERT INTO attachment_chunk (blob_id, number, data) VALUES ($1, $2, $3)";
    static final String READ = "SELECT data FROM attachment_chunk WHERE blob_id = $1 AND number = $2";

    private final PgPool pool;
    private final PgPool readPool;

    PgChunks(PgPool pool, PgPool readPool) {
        this.pool = pool;
        this.readPool = readPool;
    }

    @Override
    public Future<Void> write(Blob blob, int number, Buffer piece) {
        return pool.run(WRITE, Tuple.of(blob.id(), number, piece)).mapEmpty();
    }

    @Override
    public Future<Buffer> read(Blob blob, int number) {
        return readPool.read(READ, Tuple.of(blob.id(), number)).map(rows -> {
            // It was erased between two pieces.
            if (rows.size() == 0) throw new NoSuchElementException("a piece of an attachment");
            return rows.iterator().next().getBuffer("data");
        });
    }
}
