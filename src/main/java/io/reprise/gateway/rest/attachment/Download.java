package io.reprise.gateway.rest.attachment;

import io.reprise.attachment.AttachmentStore;
import io.reprise.attachment.Blob;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** Sends the content of an attachment. The next piece is read when the one before was sent. */
record Download(AttachmentStore store, Blob blob, ByteRange range) {
    Future<Void> sendTo(HttpServerResponse response) {
        return send(response, (int) (range.first() / blob.chunkBytes()));
    }

    private Future<Void> send(HttpServerResponse response, int number) {
        long start = (long) number * blob.chunkBytes();
        if (start > range.last()) return response.end();
        return store.read(blob, number).compose(piece -> {
            Buffer part = piece.slice(
                    (int) Math.max(0, range.first() - start), (int) Math.min(piece.length(), range.last() + 1 - start));
            return response.write(part).compose(written -> send(response, number + 1));
        });
    }
}
