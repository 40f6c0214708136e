package io.reprise;

import io.reprise.agent.link.RunFiles;
import io.reprise.agent.link.RunOutput;
import io.reprise.attachment.Attachment;
import io.reprise.attachment.AttachmentStore;
import io.reprise.attachment.WholeImages;
import io.reprise.attachment.WholeImages.Outcome;
import io.reprise.config.AttachmentSettings;
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
                (user, session, image) -> images.add(user, session, image, limits())
                        .map(outcome -> switch (outcome) {
                            case Outcome.Stored(Attachment its) -> part(its);
                            case Outcome.Refused(String why) -> RunOutput.missing(image, why);
                        }),
                settings);
    }

    private static Part part(Attachment its) {
        return new Part.File(
                Part.File.IMAGE, its.id(), its.name(), its.type().mediaType(), its.bytes(), its.width(), its.height());
    }

    private WholeImages.Limits limits() {
        AttachmentSettings now = settings.get();
        return new WholeImages.Limits(
                now.imageBytesMax(), now.pixelsMax(), now.thumbnailEdge(), now.sessionBytesMax(), now.userBytesMax());
    }

    private Future<Optional<Buffer>> read(String session, String attachment) {
        return store.find(session, attachment)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : store.readAll(found.get().blob()).map(Optional::of));
    }
}
