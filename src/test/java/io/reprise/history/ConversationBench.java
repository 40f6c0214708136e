package io.reprise.history;

import io.reprise.message.Role;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import java.util.ArrayList;
import java.util.List;

/** A log that a test writes. */
abstract class ConversationBench {
    final List<LogRow> rows = new ArrayList<>();

    void call(String run, String call, String message) {
        log(run, new LogEvent.ToolCallStart(call, "mail", message));
        log(run, new LogEvent.ToolCallArgs(call, "{}"));
        log(run, new LogEvent.ToolCallEnd(call));
    }

    void run(String run, String question) {
        log(run, new LogEvent.RunStarted("s", run, new LogEvent.RunMetadata("user")));
        log(run, new LogEvent.TextStart("u_" + run, Role.USER, new LogEvent.MessageMetadata("c1", "me")));
        log(run, new LogEvent.TextContent("u_" + run, question));
        log(run, new LogEvent.TextEnd("u_" + run));
    }

    void answer(String run, String message, String model) {
        log(run, new LogEvent.TextStart(message, Role.ASSISTANT, LogEvent.MessageMetadata.ofAnswer(model)));
        log(run, new LogEvent.TextContent(message, "text"));
        log(run, new LogEvent.TextEnd(message));
    }

    void say(String run, String message, String... pieces) {
        log(run, new LogEvent.TextStart(message, Role.ASSISTANT, null));
        for (String piece : pieces) log(run, new LogEvent.TextContent(message, piece));
        log(run, new LogEvent.TextEnd(message));
    }

    void log(String run, LogEvent event) {
        long seq = rows.size() + 1;
        String json = EventJson.of(event);
        int[] ends =
                event instanceof LogEvent.Delta delta ? new int[] {delta.delta().length()} : null;
        rows.add(EventJson.row(seq, seq, run, EventJson.type(event), json, ends, 1_000 * seq));
    }
}
