package io.reprise.attachment;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/** Port: the store of attachments. A failed future means that the store is unavailable. */
public interface AttachmentStore {
    /** Begins to store a file. What is not added to a session is removed later. */
    Future<Blob> begin();

    /** @param number of the piece, from 0 */
    Future<Void> write(Blob blob, int number, Buffer piece);

    Future<Buffer> read(Blob blob, int number);

    /** Removes what was stored of a file that is not added to a session. */
    Future<Void> discard(Blob blob);

    /** Adds a completely stored file to a session of the user. */
    Future<Added> add(New attachment);

    /** Also of a session of which nobody has sent it yet. */
    Future<Optional<Stored>> find(String session, String attachment);

    /** Empty if the attachment does not exist or has none. */
    Future<Optional<Buffer>> thumbnail(String session, String attachment);

    /** The whole content. */
    default Future<Buffer> readAll(Blob blob) {
        return readAll(blob, 0, Buffer.buffer());
    }

    private Future<Buffer> readAll(Blob blob, int number, Buffer before) {
        if (number == blob.chunks()) return Future.succeededFuture(before);
        return read(blob, number).compose(piece -> readAll(blob, number + 1, before.appendBuffer(piece)));
    }

    /** An attachment and its content. */
    record Stored(Attachment attachment, Blob blob) {}

    /**
     * What is added.
     *
     * @param thumbnail a PNG, or null
     * @param sessionBytesMax most bytes of all attachments of the session
     * @param userBytesMax most bytes of all attachments of the user
     */
    record New(
            String user,
            String session,
            Attachment attachment,
            Blob blob,
            byte[] thumbnail,
            long sessionBytesMax,
            long userBytesMax) {}

    /** The outcome of {@link #add}. */
    enum Added {
        DONE,
        NO_SESSION,
        SESSION_FULL,
        USER_FULL
    }
}
