package io.reprise.attachment;

import io.reprise.attachment.AttachmentStore.Added;
import io.reprise.support.IdSource;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.Callable;

/** Adds images to a session that came as a whole, with a thumbnail. */
public final class WholeImages {
    private final AttachmentStore store;
    private final IdSource ids;
    private final Work work;

    /** Where images are looked at: not on event loops. */
    @FunctionalInterface
    public interface Work {
        <T> Future<T> run(Callable<T> look);
    }

    /** Limits of one image, and of all files of its session and its user. */
    public record Limits(int bytesMax, int pixelsMax, int thumbnailEdge, long sessionBytesMax, long userBytesMax) {}

    /** What became of an image. */
    public sealed interface Outcome {
        record Stored(Attachment attachment) implements Outcome {}

        record Refused(FileRefusal why) implements Outcome {}
    }

    public WholeImages(AttachmentStore store, IdSource ids, Work work) {
        this.store = store;
        this.ids = ids;
        this.work = work;
    }

    /** Fails if the store is unavailable. */
    public Future<Outcome> add(String user, String session, byte[] image, Limits limits) {
        FileType type = FileType.of(image);
        if (!type.isImage()) return refused(FileRefusal.NO_IMAGE);
        if (image.length > limits.bytesMax()) return refused(FileRefusal.BYTES);
        return work.run(() -> Picture.of(type, image, limits.thumbnailEdge(), limits.pixelsMax()))
                .compose(picture -> picture.fault(limits.pixelsMax())
                        .map(WholeImages::refused)
                        .orElseGet(() -> stored(user, session, type, image, picture, limits)));
    }

    private static Future<Outcome> refused(FileRefusal why) {
        return Future.succeededFuture(new Outcome.Refused(why));
    }

    private Future<Outcome> stored(
            String user, String session, FileType type, byte[] image, Picture picture, Limits limits) {
        Attachment attachment = new Attachment(
                ids.next("a_"),
                "image." + type.ending(),
                type,
                image.length,
                picture.head().shownWidth(),
                picture.head().shownHeight());
        return store.begin()
                .compose(blob -> written(blob, Buffer.buffer(image), 0)
                        .compose(whole -> store.add(new AttachmentStore.New(
                                user,
                                session,
                                attachment,
                                whole,
                                picture.thumbnail(),
                                limits.sessionBytesMax(),
                                limits.userBytesMax())))
                        .compose(added -> added == Added.DONE
                                ? Future.<Outcome>succeededFuture(new Outcome.Stored(attachment))
                                : store.discard(blob).compose(gone -> refused(FileRefusal.of(added))))
                        .onFailure(cause -> store.discard(blob)));
    }

    private Future<Blob> written(Blob blob, Buffer image, int number) {
        int from = number * blob.chunkBytes();
        if (from >= image.length()) return Future.succeededFuture(blob.ofBytes(image.length()));
        Buffer piece = image.getBuffer(from, Math.min(image.length(), from + blob.chunkBytes()));
        return store.write(blob, number, piece).compose(done -> written(blob, image, number + 1));
    }
}
