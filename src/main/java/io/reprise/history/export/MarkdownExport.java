package io.reprise.history.export;

import io.reprise.history.ActiveRun;
import io.reprise.history.ChatMessage;
import io.reprise.history.ChatMessage.ToolCall;
import io.reprise.history.SessionSummary;
import io.reprise.message.Role;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent.TokenUsage;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;

/** A conversation for people: who wrote what and when, with reasoning and tool calls folded. */
public final class MarkdownExport implements Export.Text {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Export.Head head;
    private final StringBuilder pieces = new StringBuilder();
    private final Map<String, ChatMessage> results = new HashMap<>();

    /** Of sub-agents, by their ids. */
    private final Map<String, List<ChatMessage>> inner = new HashMap<>();

    private String speaker;
    private ChatMessage last;

    /** The last one of the run that names its model, or null. */
    private ChatMessage answer;

    public MarkdownExport(Export.Head head) {
        this.head = head;
    }

    @Override
    public String begin() {
        SessionSummary session = head.session();
        String title = session.title() == null ? session.preview() : session.title();
        String agent = session.agent() == null ? "" : " · agent " + MarkdownText.inline(session.agent());
        return "# " + MarkdownText.inline(title == null ? "Conversation" : title) + "\n\n"
                + "Begun " + time(session.createdAt()) + agent + " · exported " + time(head.exportedAt())
                + " · session `" + session.id().replace('`', '\'') + "`\n";
    }

    /** Results are written together with their calls. */
    @Override
    public String messages(List<ChatMessage> messages) {
        results.clear();
        for (ChatMessage message : messages) {
            if (message.role() == Role.TOOL) results.put(message.toolCallId(), message);
        }
        inner.clear();
        for (ChatMessage message : messages) {
            if (!message.isOuter())
                inner.computeIfAbsent(message.subagentRunId(), id -> new ArrayList<>())
                        .add(message);
        }
        messages.stream().filter(ChatMessage::isOuter).forEach(this::add);
        return taken();
    }

    @Override
    public String end(ActiveRun run) {
        endRun();
        if (run != null) addOpen(run);
        return taken();
    }

    private String taken() {
        String text = pieces.toString();
        pieces.setLength(0);
        return text;
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
                text(message.content().withText(message.content().text()).lead());
                message.content().parts().stream()
                        .filter(part -> !(part instanceof Part.Text))
                        .forEach(this::other);
            }
            case ASSISTANT -> {
                speak("Assistant", message);
                if (message.metadata().model() != null) answer = message;
                if (message.content() != null) text(message.content().shown());
                if (message.toolCalls() != null)
                    message.toolCalls().forEach(call -> call(call, subagent(message, call)));
            }
            case REASONING -> {
                speak("Assistant", message);
                fold("Reasoning", MarkdownText.contained(message.content().shown()));
            }
            case TOOL -> {} // Written with its call.
        }
    }

    /** Writes the speaker only if it or the run has changed. */
    private void speak(String name, ChatMessage message) {
        String who = name + "\n" + message.metadata().run();
        if (who.equals(speaker)) return;
        speaker = who;
        pieces.append("\n## " + MarkdownText.inline(name) + "\n\n*"
                + time(message.metadata().at()) + "*\n");
    }

    private void text(String text) {
        if (!text.isBlank()) pieces.append("\n" + MarkdownText.contained(text) + "\n");
    }

    private void other(Part part) {
        if (part instanceof Part.Context(String description, String text)) {
            fold("Context: " + description, MarkdownText.contained(text));
            return;
        }
        if (!(part instanceof Part.File file)) {
            text(part.shown());
            return;
        }
        String name = MarkdownText.inline(file.name() == null ? file.attachment() : file.name());
        pieces.append("\n[" + name + "](/api/v1/sessions/" + head.session().id() + "/attachments/" + file.attachment()
                + ")\n");
    }

    private static ChatMessage.Subagent subagent(ChatMessage message, ToolCall call) {
        return message.metadata().subagents() == null
                ? null
                : message.metadata().subagents().get(call.id());
    }

    /** @param subagent that answers the call, or null */
    private void call(ToolCall call, ChatMessage.Subagent subagent) {
        ChatMessage result = results.get(call.id());
        String status =
                result == null ? "without a result" : inWords(result.metadata().status());
        String content =
                "Arguments:\n\n" + MarkdownText.fenced("json", call.function().arguments());
        if (subagent != null) content += work(subagent);
        if (result != null)
            content +=
                    "\n\nResult:\n\n" + MarkdownText.fenced("", result.content().shown());
        String name = subagent == null ? "Tool " + call.function().name() : "Sub-agent " + subagent.name();
        fold(name + (status == null ? "" : " (" + status + ")"), content);
    }

    /** What a sub-agent has said and called, within the part of the call that it answers. */
    private String work(ChatMessage.Subagent subagent) {
        String outside = taken();
        for (ChatMessage message : inner.getOrDefault(subagent.id(), List.of())) {
            String text = message.content() == null ? "" : message.content().shown();
            switch (message.role()) {
                case REASONING -> fold("Reasoning", MarkdownText.contained(text));
                case USER, ASSISTANT -> {
                    text(text);
                    if (message.toolCalls() == null) continue;
                    message.toolCalls().forEach(call -> call(call, subagent(message, call)));
                }
                case TOOL -> {} // Written with its call.
            }
        }
        String work = taken();
        pieces.append(outside);
        return work.isEmpty() ? "" : "\n" + work;
    }

    private static String inWords(String status) {
        return "unknown".equals(status) ? "outcome unknown" : status;
    }

    private void fold(String summary, String content) {
        pieces.append("\n<details>\n<summary>" + MarkdownText.html(summary) + "</summary>\n\n" + content
                + "\n\n</details>\n");
    }

    /** The outcome of the run of the last message, if it is not success. */
    private void endRun() {
        if (answer != null) pieces.append("\n*" + answered(answer.metadata()) + "*\n");
        answer = null;
        if (last == null || last.metadata().outcome() == null) return;
        ChatMessage.Fault fault = last.metadata().error();
        if (fault == null) {
            pieces.append("\n*Stopped.*\n");
        } else {
            pieces.append("\n*" + MarkdownText.inline(fault.message()) + "* (`"
                    + fault.code().wire() + "`)\n");
        }
    }

    /** Who answered, how long it took, and what was used: as far as it is known. */
    private static String answered(ChatMessage.Metadata by) {
        StringBuilder text = new StringBuilder(MarkdownText.inline(by.model()));
        if (by.durationMs() != null) {
            text.append(String.format(Locale.ROOT, " · %.1f s", by.durationMs() / 1000.0));
        }
        if (by.usage() != null) {
            tokens(by.usage(), TokenUsage::inputTokens).ifPresent(in -> text.append(" · " + in + " tokens in"));
            tokens(by.usage(), TokenUsage::outputTokens).ifPresent(out -> text.append(" · " + out + " tokens out"));
        }
        return text.toString();
    }

    /** Empty where nobody reported any. */
    private static OptionalLong tokens(List<TokenUsage> usage, Function<TokenUsage, Integer> which) {
        List<Integer> reported =
                usage.stream().map(which).filter(Objects::nonNull).toList();
        if (reported.isEmpty()) return OptionalLong.empty();
        return OptionalLong.of(reported.stream().mapToLong(Integer::longValue).sum());
    }

    private void addOpen(ActiveRun run) {
        for (ActiveRun.OpenMessage open : run.open()) {
            if (open.subagentRunId() != null) continue;
            if (open.role() == Role.REASONING) fold("Reasoning", MarkdownText.contained(open.text()));
            else text(open.text());
        }
        pieces.append("\n*Not finished when this was exported.*\n");
    }

    private static String time(String rfc3339) {
        return TIME.format(Instant.parse(rfc3339));
    }
}
