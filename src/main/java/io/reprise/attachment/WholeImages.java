package io.reprise.attachment;

import io.reprise.attachment.AttachmentStore.Added;
import io.reprise.support.IdSource;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Adds images to a session that a tool of its run has made, with a thumbnail. */
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

        /** @param why a few words for models and people */
        record Refused(String why) implements Outcome {}
    }

    public WholeImages(AttachmentStore store, IdSource ids, Work work) {
        this.store = store;
        this.ids = ids;
        this.work = work;
    }

    /** Fails if the store is unavailable. */
    public Future<Outcome> add(String user, String session, byte[] image, Limits limits) {
        FileType type = FileType.of(image);
        if (!type.isImage()) return refused("no PNG, JPEG, GIF or WebP");
        if (image.length > limits.bytesMax()) return refused("more than " + limits.bytesMax() + " bytes");
        return work.run(() -> Seen.of(type, image, limits)).compose(seen -> {
            if (seen.head() == null) return refused("damaged");
            if (seen.head().pixels() > limits.pixelsMax())
                return refused("more than " + limits.pixelsMax() + " pixels");
            return stored(user, session, type, image, seen, limits);
        });
    }

    private static Future<Outcome> refused(String why) {
        return Future.succeededFuture(new Outcome.Refused(why));
    }

    /**
     * @param head null if the image is damaged
     * @param thumbnail null if there is none
     */
    private record Seen(ImageHead head, byte[] thumbnail) {
        static Seen of(FileType type, byte[] image, Limits limits) {
            Optional<ImageHead> head = ImageHead.of(type, image);
            if (head.isEmpty() || head.get().pixels() > limits.pixelsMax()) return new Seen(head.orElse(null), null);
            Optional<byte[]> small = Thumbnails.of(image, head.get(), limits.thumbnailEdge(), limits.pixelsMax());
            return new Seen(head.get(), small.orElse(null));
        }
    }

    private Future<Outcome> stored(String user, String session, FileType type, byte[] image, Seen seen, Limits limits) {
        Attachment attachment = new Attachment(
                ids.next("a_"),
                "image." + type.ending(),
                type,
                image.length,
                seen.head().shownWidth(),
                seen.head().shownHeight());
        return store.begin()
                .compose(blob -> written(blob, Buffer.buffer(image), 0)
                        .compose(whole -> store.add(new AttachmentStore.New(
                                user,
                                session,
                                attachment,
                                whole,
                                seen.thumbnail(),
                                limits.sessionBytesMax(),
                                limits.userBytesMax())))
                        .compose(added -> added == Added.DONE
                                ? Future.<Outcome>succeededFuture(new Outcome.Stored(attachment))
                                : store.discard(blob).compose(gone -> refused(why(added))))
                        .onFailure(cause -> store.discard(blob)));
    }

    private static String why(Added added) {
        return switch (added) {
            case DONE -> throw new IllegalArgumentException("it was added");
            case NO_SESSION -> "the session is gone";
            case SESSION_FULL -> "the files of the session have reached their limit";
            case USER_FULL -> "the files of the user have reached their limit";
        };
    }

    private Future<Blob> written(Blob blob, Buffer image, int number) {
        int from = number * blob.chunkBytes();
        if (from >= image.length()) return Future.succeededFuture(blob.ofBytes(image.length()));
        Buffer piece = image.getBuffer(from, Math.min(image.length(), from + blob.chunkBytes()));
        return store.write(blob, number, piece).compose(done -> written(blob, image, number + 1));
    }
}
