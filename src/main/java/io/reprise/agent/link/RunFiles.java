package io.reprise.agent.link;

import io.reprise.config.AttachmentSettings;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * Where runs read the files of their conversations.
 *
 * @param limits how much of them is sent to a model
 */
public record RunFiles(Reader reader, Current<AttachmentSettings> limits) {
    /** For runs without files. */
    public static final RunFiles NONE =
            new RunFiles((session, attachment) -> Future.succeededFuture(Optional.empty()), null);

    /** Port: reads a whole file of a session; empty if it does not exist. */
    @FunctionalInterface
    public interface Reader {
        Future<Optional<Buffer>> read(String session, String attachment);
    }
}
