package io.reprise.gateway.rest.attachment;

import io.reprise.attachment.Attachment;
import io.reprise.attachment.WholeImages;
import io.reprise.attachment.WholeImages.Outcome;
import io.reprise.config.AttachmentSettings;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.message.Failure;
import io.reprise.message.content.Part;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Adds images to a session that came as a whole with a request, under the limits of uploads, one after the other. If one is
 * refused, those before it stay without a message and are removed as unsent files are.
 */
public final class SentImages {
    private final GatewayParts parts;
    private final WholeImages whole;
    private final AttachmentSettings limits;

    public SentImages(GatewayParts parts) {
        this.parts = parts;
        this.whole = new WholeImages(
                parts.files().store(), parts.ids(), parts.files().workers()::run);
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
        return whole.add(user, session, image, limits(limits)).compose(outcome -> switch (outcome) {
            case Outcome.Stored stored -> Future.succeededFuture(stored.attachment());
            case Outcome.Refused refused -> refused(Refusals.of(refused.why(), limits));
        });
    }

    /** The limits of images that come as a whole. */
    public static WholeImages.Limits limits(AttachmentSettings now) {
        return new WholeImages.Limits(
                now.imageBytesMax(), now.pixelsMax(), now.thumbnailEdge(), now.sessionBytesMax(), now.userBytesMax());
    }

    private static <T> Future<T> refused(Failure failure) {
        return Future.failedFuture(new RefusedException(failure));
    }
}
