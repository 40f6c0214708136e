package io.reprise.history.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.ActiveRun;
import io.reprise.history.ChatMessage;
import io.reprise.history.SessionSummary;
import io.reprise.message.Json;
import java.util.List;

/** A conversation for programs: AG-UI messages and data of their session. */
public final class JsonExport implements Export.Text {
    /** Increased if a reader of an older version could misread a newer one. */
    private static final int VERSION = 1;

    private final Export.Head head;
    private String before = "\n";

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Begin(String format, int version, String exportedAt, SessionSummary session, long upTo) {}

    public JsonExport(Export.Head head) {
        this.head = head;
    }

    @Override
    public String begin() {
        SessionSummary session = head.session();
        String begin = Json.text(new Begin("reprise.session", VERSION, head.exportedAt(), session, session.head()));
        return begin.substring(0, begin.length() - 1) + ",\"messages\":[";
    }

    @Override
    public String messages(List<ChatMessage> messages) {
        StringBuilder text = new StringBuilder();
        for (ChatMessage message : messages) {
            text.append(before).append(Json.text(message));
            before = ",\n";
        }
        return text.toString();
    }

    @Override
    public String end(ActiveRun run) {
        return run == null ? "\n]}\n" : "\n],\"run\":" + Json.text(run) + "}\n";
    }
}
