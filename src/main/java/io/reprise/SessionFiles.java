package io.reprise;

import io.reprise.agent.link.RunFiles;
import io.reprise.agent.link.RunOutput;
import io.reprise.attachment.Attachment;
import io.reprise.attachment.AttachmentStore;
import io.reprise.attachment.FileRefusal;
import io.reprise.attachment.WholeImages;
import io.reprise.attachment.WholeImages.Outcome;
import io.reprise.config.AttachmentSettings;
import io.reprise.gateway.rest.attachment.SentImages;
import io.reprise.history.Workers;
import io.reprise.message.content.Part;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * The files of sessions, as runs read them and add images to them.
 *
 * @param workers look at images
 */
record SessionFiles(AttachmentStore store, Workers workers, IdSource ids, Current<AttachmentSettings> settings) {
    RunFiles ofRuns() {
        WholeImages images = new WholeImages(store, ids, workers::run);
        return new RunFiles(
                this::read,
                (user, session, image) -> images.add(user, session, image, SentImages.limits(settings.get()))
                        .map(outcome -> switch (outcome) {
                            case Outcome.Stored(Attachment its) -> part(its);
                            case Outcome.Refused(FileRefusal why) -> RunOutput.missing(image, words(why));
                        }),
                settings);
    }

    private static Part part(Attachment its) {
        return new Part.File(
                Part.File.IMAGE, its.id(), its.name(), its.type().mediaType(), its.bytes(), its.width(), its.height());
    }

    /** For models and people. */
    private String words(FileRefusal why) {
        return switch (why) {
            case NO_IMAGE -> "no PNG, JPEG, GIF or WebP";
            case BYTES -> "more than " + settings.get().imageBytesMax() + " bytes";
            case DAMAGED -> "damaged";
            case PIXELS -> "more than " + settings.get().pixelsMax() + " pixels";
            case NO_SESSION -> "the session is gone";
            case SESSION_FULL -> "the files of the session have reached their limit";
            case USER_FULL -> "the files of the user have reached their limit";
        };
    }

    private Future<Optional<Buffer>> read(String session, String attachment) {
        return store.find(session, attachment)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : store.readAll(found.get().blob()).map(Optional::of));
    }
}
