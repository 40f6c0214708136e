package io.reprise.agent.link;

import io.reprise.config.AttachmentSettings;
import io.reprise.message.content.Part;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Where runs read the files of their conversations, and keep images of results.
 *
 * @param keeper where images of results go
 * @param limits how much of them is sent to a model; null where nothing is kept
 */
public record RunFiles(Reader reader, Keeper keeper, Current<AttachmentSettings> limits) {
    /** For runs without files. */
    public static final RunFiles NONE =
            new RunFiles((session, attachment) -> Future.succeededFuture(Optional.empty()), null, null);

    /** Nothing is kept. */
    public RunFiles(Reader reader, Current<AttachmentSettings> limits) {
        this(
                reader,
                (user, session, image) -> Future.succeededFuture(RunOutput.missing(image, "nothing is kept")),
                limits);
    }

    /** Port: reads a whole file of a session; empty if it does not exist. */
    @FunctionalInterface
    public interface Reader {
        Future<Optional<Buffer>> read(String session, String attachment);
    }

    /** Port: keeps an image in a session; the part says why if it is not accepted. */
    @FunctionalInterface
    public interface Keeper {
        Future<Part> keep(String user, String session, byte[] image);
    }
}
