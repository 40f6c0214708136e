package io.reprise.store.attachment;

import io.reprise.attachment.Blob;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Stores the pieces of blobs in one place. */
interface Chunks {
    Future<Void> write(Blob blob, int number, Buffer piece);

    Future<Buffer> read(Blob blob, int number);
}
