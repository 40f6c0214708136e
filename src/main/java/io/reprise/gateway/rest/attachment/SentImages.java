package io.reprise.gateway.rest.attachment;

import io.reprise.attachment.Attachment;
import io.reprise.attachment.AttachmentStore;
import io.reprise.attachment.AttachmentStore.Added;
import io.reprise.attachment.Blob;
import io.reprise.attachment.FileType;
import io.reprise.attachment.ImageHead;
import io.reprise.config.AttachmentSettings;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.content.Part;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adds images to a session that came as a whole with a request, under the limits of uploads, one after the other. If one is
 * refused, those before it stay without a message and are removed as unsent files are.
 */
public final class SentImages {
    private final GatewayParts parts;
    private final AttachmentStore store;
    private final AttachmentSettings limits;

    public SentImages(GatewayParts parts) {
        this.parts = parts;
        this.store = parts.files().store();
        this.limits = parts.settings().attachments();
    }

    /** An image is not accepted. */
    public static final class RefusedException extends Exception {
        private final transient Failure failure;

        RefusedException(Failure failure) {
            super(failure.message(), null, false, false);
            this.failure = failure;
        }

        public Failure failure() {
            return failure;
        }
    }

    /** The parts of a message that name the images. Fails with {@link RefusedException}, or if the store is unavailable. */
    public Future<List<Part.File>> add(String user, String session, List<byte[]> images) {
        if (!parts.files().uploads().take(user)) return refused(AttachmentRoutes.TOO_MANY);
        return next(user, session, images, new ArrayList<>())
                .onComplete(done -> parts.files().uploads().giveBack(user));
    }

    private Future<List<Part.File>> next(String user, String session, List<byte[]> images, List<Part.File> added) {
        if (added.size() == images.size()) return Future.succeededFuture(added);
        return one(user, session, images.get(added.size())).compose(attachment -> {
            added.add(new Part.File(Part.File.IMAGE, attachment.id()));
            return next(user, session, images, added);
        });
    }

    private Future<Attachment> one(String user, String session, byte[] image) {
        FileType type = FileType.of(image);
        if (image.length > limits.imageBytesMax()) {
            return refused(
                    Failure.of(ErrorCode.TOO_LARGE, "An image must not exceed " + limits.imageBytesMax() + " bytes."));
        }
        return parts.files()
                .workers()
                .run(() -> Picture.of(type, image, limits))
                .compose(picture -> {
                    Optional<Failure> fault = picture.fault(limits);
                    return fault.isPresent() ? refused(fault.get()) : store(user, session, type, image, picture);
                });
    }

    private Future<Attachment> store(String user, String session, FileType type, byte[] image, Picture picture) {
        ImageHead head = picture.head();
        Attachment attachment = new Attachment(
                parts.ids().next("a_"),
                "image." + type.ending(),
                type,
                image.length,
                head.shownWidth(),
                head.shownHeight());
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
                                ? Future.succeededFuture(attachment)
                                : SentImages.<Attachment>refused(Picture.refusal(added, limits)))
                        .onFailure(cause -> store.discard(blob)));
    }

    private Future<Blob> written(Blob blob, Buffer image, int number) {
        int from = number * blob.chunkBytes();
        if (from >= image.length()) return Future.succeededFuture(blob.ofBytes(image.length()));
        Buffer piece = image.getBuffer(from, Math.min(image.length(), from + blob.chunkBytes()));
        return store.write(blob, number, piece).compose(done -> written(blob, image, number + 1));
    }

    private static <T> Future<T> refused(Failure failure) {
        return Future.failedFuture(new RefusedException(failure));
    }
}
