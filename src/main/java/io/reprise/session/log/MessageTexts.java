package io.reprise.session.log;

import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.session.store.Change.Said;
import io.reprise.support.Current;
import io.reprise.support.Texts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Collects the text of messages for the search, up to a limit; it is stored with the end of each message. */
public final class MessageTexts {
    private final Current<Integer> bytesMax;
    private final BiConsumer<Said, NextAppend> ended;
    private final Map<String, Growing> open = new HashMap<>();

    /**
     * @param bytesMax most bytes of a message that the search finds; the rest of the message is not searched
     * @param ended receives each message that is complete, and what is stored with it
     */
    public MessageTexts(Current<Integer> bytesMax, BiConsumer<Said, NextAppend> ended) {
        this.bytesMax = bytesMax;
        this.ended = ended;
    }

    /** @param rest the parts of its content that do not come as pieces of text; or null */
    private record Growing(long seq, Role role, List<Part> rest, StringBuilder text) {}

    /** Handles an event with the number {@code seq}, which is stored with {@code next}. */
    public void apply(LogEvent event, long seq, NextAppend next) {
        if (event instanceof LogEvent.TextStart start) {
            List<Part> rest = start.metadata() == null ? null : start.metadata().parts();
            open.put(start.messageId(), new Growing(seq, start.role(), rest, new StringBuilder()));
        } else if (event instanceof LogEvent.TextContent piece) {
            Growing message = open.get(piece.messageId());
            if (message != null) grow(message.text, piece.delta());
        } else if (event instanceof LogEvent.TextEnd end) {
            Growing message = open.remove(end.messageId());
            if (message != null) end(end.messageId(), message, seq, next);
        } else if (event instanceof LogEvent.Terminal) {
            open.clear();
        }
    }

    private void end(String id, Growing message, long seq, NextAppend next) {
        String text = Content.of(message.text.toString(), message.rest).text();
        if (text.isEmpty()) return;
        Said said = said(id, message, text, seq);
        next.said(said);
        ended.accept(said, next);
    }

    private void grow(StringBuilder text, String delta) {
        int room = bytesMax.get() - text.length();
        if (room > 0) text.append(delta, 0, Math.min(room, delta.length()));
    }

    private Said said(String id, Growing message, String text, long endSeq) {
        String kept = Texts.wellFormed(Texts.cutToBytes(text, bytesMax.get()));
        return new Said(message.seq, endSeq, id, message.role, Texts.folded(kept));
    }
}
