package io.reprise.gateway.rest.attachment;

import io.reprise.attachment.AttachmentStore.Added;
import io.reprise.attachment.FileType;
import io.reprise.attachment.ImageHead;
import io.reprise.attachment.Thumbnails;
import io.reprise.config.AttachmentSettings;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import java.util.Optional;

/**
 * An image that was looked at.
 *
 * @param head null if it is damaged
 * @param thumbnail a PNG; null if there is none
 */
record Picture(ImageHead head, byte[] thumbnail) {
    private static final Failure DAMAGED = Failure.badRequest("The image is damaged or not complete.");

    /** Takes its time: not for event loops. */
    static Picture of(FileType type, byte[] file, AttachmentSettings limits) {
        Optional<ImageHead> head = ImageHead.of(type, file);
        if (head.isEmpty() || head.get().pixels() > limits.pixelsMax()) return new Picture(head.orElse(null), null);
        return new Picture(
                head.get(),
                Thumbnails.of(file, head.get(), limits.thumbnailEdge(), limits.pixelsMax())
                        .orElse(null));
    }

    /** Why it is not accepted; empty if it is. */
    Optional<Failure> fault(AttachmentSettings limits) {
        if (head == null) return Optional.of(DAMAGED);
        if (head.pixels() <= limits.pixelsMax()) return Optional.empty();
        return Optional.of(
                Failure.of(ErrorCode.TOO_LARGE, "An image must not have more than " + limits.pixelsMax() + " pixels."));
    }

    /** Why a file was not added. */
    static Failure refusal(Added added, AttachmentSettings limits) {
        return switch (added) {
            case DONE -> throw new IllegalArgumentException("it was added");
            case NO_SESSION -> Failure.notFound();
            case SESSION_FULL ->
                Failure.of(
                        ErrorCode.TOO_LARGE,
                        "All files of a session must not exceed " + limits.sessionBytesMax() + " bytes.");
            case USER_FULL ->
                Failure.of(
                        ErrorCode.TOO_LARGE,
                        "All your files together must not exceed " + limits.userBytesMax() + " bytes.");
        };
    }
}
