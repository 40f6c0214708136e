package io.reprise.session.log;

import io.reprise.message.Role;
import io.reprise.message.log.LogEvent;
import io.reprise.session.store.Change.Said;
import io.reprise.support.Texts;
import java.util.HashMap;
import java.util.Map;

/** Collects the text of messages for the search, up to a limit; it is stored with the end of each message. */
public final class MessageTexts {
    private final int bytesMax;
    private final Map<String, Growing> open = new HashMap<>();

    public MessageTexts(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    private record Growing(long seq, Role role, StringBuilder text) {}

    /** Handles an event with the number {@code seq}, which is stored with {@code next}. */
    public void apply(LogEvent event, long seq, NextAppend next) {
        if (event instanceof LogEvent.TextStart start) {
            open.put(start.messageId(), new Growing(seq, start.role(), new StringBuilder()));
        } else if (event instanceof LogEvent.TextContent piece) {
            Growing message = open.get(piece.messageId());
            if (message != null) grow(message.text, piece.delta());
        } else if (event instanceof LogEvent.TextEnd end) {
            Growing message = open.remove(end.messageId());
            if (message != null && !message.text.isEmpty()) next.said(said(end.messageId(), message, seq));
        } else if (event instanceof LogEvent.Terminal) {
            open.clear();
        }
    }

    private void grow(StringBuilder text, String delta) {
        int room = bytesMax - text.length();
        if (room > 0) text.append(delta, 0, Math.min(room, delta.length()));
    }

    private Said said(String id, Growing message, long endSeq) {
        String text = Texts.wellFormed(Texts.cutToBytes(message.text.toString(), bytesMax));
        return new Said(message.seq, endSeq, id, message.role, Texts.folded(text));
    }
}
