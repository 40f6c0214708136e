package io.reprise.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.message.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole conversation as a file.
 *
 * @param upTo the seq at which it was read
 * @param exportedAt RFC 3339
 */
public record Export(SessionSummary session, long upTo, Histories.Newest conversation, String exportedAt) {
    /** Changes when a reader of an older one could misunderstand a newer one. */
    private static final int VERSION = 1;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Head(
            String format, int version, String exportedAt, SessionSummary session, long upTo, ActiveRun run) {}

    /** For people; in pieces, to be written one after the other. */
    public List<String> markdown() {
        return MarkdownExport.of(session, conversation.messages(), conversation.run(), exportedAt);
    }

    /** For programs: the AG-UI messages with what is known of their session; in pieces too. */
    public List<String> json() {
        List<String> pieces = new ArrayList<>();
        String head = Json.text(new Head("reprise.session", VERSION, exportedAt, session, upTo, conversation.run()));
        pieces.add(head.substring(0, head.length() - 1) + ",\"messages\":[");
        String before = "\n";
        for (ChatMessage message : conversation.messages()) {
            pieces.add(before + Json.text(message));
            before = ",\n";
        }
        pieces.add("\n]}\n");
        return pieces;
    }
}
