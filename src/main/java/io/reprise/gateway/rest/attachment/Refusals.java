package io.reprise.gateway.rest.attachment;

import io.reprise.attachment.FileRefusal;
import io.reprise.config.AttachmentSettings;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;

/** What clients are told of files that are not accepted. */
final class Refusals {
    private static final Failure DAMAGED = Failure.badRequest("The image is damaged or not complete.");

    private Refusals() {}

    static Failure of(FileRefusal refusal, AttachmentSettings limits) {
        return switch (refusal) {
            case NO_IMAGE, DAMAGED -> DAMAGED;
            case NO_SESSION -> Failure.notFound();
            case BYTES -> tooLarge("An image must not exceed " + limits.imageBytesMax() + " bytes.");
            case PIXELS -> tooLarge("An image must not have more than " + limits.pixelsMax() + " pixels.");
            case SESSION_FULL ->
                tooLarge("All files of a session must not exceed " + limits.sessionBytesMax() + " bytes.");
            case USER_FULL -> tooLarge("All your files together must not exceed " + limits.userBytesMax() + " bytes.");
        };
    }

    private static Failure tooLarge(String text) {
        return Failure.of(ErrorCode.TOO_LARGE, text);
    }
}
