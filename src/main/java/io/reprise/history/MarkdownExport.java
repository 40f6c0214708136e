package io.reprise.history;

import io.reprise.history.ChatMessage.ToolCall;
import io.reprise.message.Role;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A conversation as a person reads it: who said what and when; thoughts and tool calls folded. */
final class MarkdownExport {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final List<String> pieces = new ArrayList<>();
    private final Map<String, ChatMessage> results = new HashMap<>();
    private String speaker;
    private ChatMessage last;

    private MarkdownExport() {}

    /** The text in pieces, to be written one after the other. */
    static List<String> of(SessionSummary session, List<ChatMessage> messages, ActiveRun run, String exportedAt) {
        MarkdownExport export = new MarkdownExport();
        export.head(session, exportedAt);
        for (ChatMessage message : messages) {
            if (message.role() == Role.TOOL) export.results.put(message.toolCallId(), message);
        }
        messages.forEach(export::add);
        export.endRun();
        if (run != null) export.addOpen(run);
        return export.pieces;
    }

    private void head(SessionSummary session, String exportedAt) {
        String title = session.title() == null ? session.preview() : session.title();
        pieces.add("# " + MarkdownText.inline(title == null ? "Conversation" : title) + "\n\n");
        String agent = session.agent() == null ? "" : " · agent " + MarkdownText.inline(session.agent());
        pieces.add("Begun " + time(session.createdAt()) + agent + " · exported " + time(exportedAt) + " · session `"
                + session.id().replace('`', '\'') + "`\n");
    }

    private void add(ChatMessage message) {
        if (last != null
                && !Objects.equals(last.metadata().run(), message.metadata().run())) endRun();
        last = message;
        switch (message.role()) {
            case USER -> {
                speak(
                        message.metadata().by() == null
                                ? "User"
                                : message.metadata().by(),
                        message);
                text(message.content());
            }
            case ASSISTANT -> {
                speak("Assistant", message);
                if (message.content() != null) text(message.content());
                if (message.toolCalls() != null) message.toolCalls().forEach(this::call);
            }
            case REASONING -> {
                speak("Assistant", message);
                fold("Reasoning", MarkdownText.contained(message.content()));
            }
            case TOOL -> {} // It is told with its call.
        }
    }

    /** Said again only when somebody else speaks, or in another run. */
    private void speak(String name, ChatMessage message) {
        String who = name + "\n" + message.metadata().run();
        if (who.equals(speaker)) return;
        speaker = who;
        pieces.add("\n## " + MarkdownText.inline(name) + "\n\n*"
                + time(message.metadata().at()) + "*\n");
    }

    private void text(String text) {
        if (!text.isBlank()) pieces.add("\n" + MarkdownText.contained(text) + "\n");
    }

    private void call(ToolCall call) {
        ChatMessage result = results.get(call.id());
        String status =
                result == null ? "without a result" : inWords(result.metadata().status());
        String content =
                "Arguments:\n\n" + MarkdownText.fenced("json", call.function().arguments());
        if (result != null) content += "\n\nResult:\n\n" + MarkdownText.fenced("", result.content());
        fold("Tool " + call.function().name() + (status == null ? "" : " (" + status + ")"), content);
    }

    private static String inWords(String status) {
        return "unknown".equals(status) ? "whether it took effect is not known" : status;
    }

    private void fold(String summary, String content) {
        pieces.add("\n<details>\n<summary>" + MarkdownText.html(summary) + "</summary>\n\n" + content
                + "\n\n</details>\n");
    }

    /** What became of the run of the last message, where that is not plain. */
    private void endRun() {
        if (last == null || last.metadata().outcome() == null) return;
        ChatMessage.Fault fault = last.metadata().error();
        if (fault == null) {
            pieces.add("\n*Stopped.*\n");
        } else {
            pieces.add("\n*Failed: " + MarkdownText.inline(fault.message()) + "* (`"
                    + fault.code().wire() + "`)\n");
        }
    }

    private void addOpen(ActiveRun run) {
        for (ActiveRun.OpenMessage open : run.open()) {
            if (open.role() == Role.REASONING) fold("Reasoning", MarkdownText.contained(open.text()));
            else text(open.text());
        }
        pieces.add("\n*Not finished when this was exported.*\n");
    }

    private static String time(String rfc3339) {
        return TIME.format(Instant.parse(rfc3339));
    }
}
