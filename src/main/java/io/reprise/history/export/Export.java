package io.reprise.history.export;

import io.reprise.history.ActiveRun;
import io.reprise.history.ChatMessage;
import io.reprise.history.MessageStream;
import io.reprise.history.SessionSummary;
import io.reprise.history.Workers;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A whole conversation as a file, written piece by piece. */
public final class Export {
    private final MessageStream messages;
    private final Text text;
    private final Workers workers;
    private boolean begun;
    private boolean ended;

    /** The parts of the file. Each part is requested once, in order. */
    public interface Text {
        String begin();

        /** Formats consecutive messages; may be called several times. */
        String messages(List<ChatMessage> messages);

        /** @param run the active run, or null */
        String end(ActiveRun run);
    }

    /**
     * @param session the session at the seq at which it is read
     * @param exportedAt RFC 3339
     */
    public record Head(SessionSummary session, String exportedAt) {}

    public Export(MessageStream messages, Text text, Workers workers) {
        this.messages = messages;
        this.text = text;
        this.workers = workers;
    }

    /** The next piece, possibly empty; null after the last one. Call it again only after it has completed. */
    public Future<Buffer> next() {
        if (ended) return Future.succeededFuture();
        return messages.next().compose(part -> workers.run(() -> Buffer.buffer(written(part))));
    }

    private String written(MessageStream.Part part) {
        StringBuilder piece = new StringBuilder(begun ? "" : text.begin());
        begun = true;
        piece.append(text.messages(part.messages()));
        if (!part.last()) return piece.toString();
        ended = true;
        return piece.append(text.end(part.run())).toString();
    }
}
