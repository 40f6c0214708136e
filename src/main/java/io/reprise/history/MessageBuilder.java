package io.reprise.history;

import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.feedback.Opinion;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.message.log.RunUsage.ContextUse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A message while it is computed from the log, and how it is shown. */
final class MessageBuilder {
    final String id;
    final Role role;
    final LogRow row;
    final LogEvent.MessageMetadata sent;

    /** The sub-agent that it belongs to; null for the agent of the run. */
    final String owner;

    final StringBuilder text = new StringBuilder();
    final List<CallBuilder> calls = new ArrayList<>();
    boolean hasText = true;
    boolean complete;
    String answers;
    String status;

    /** Of a tool's answer, which comes whole; else null. */
    Content result;

    /** Provider data to send back with it, or null. */
    String state;

    String outcome;
    ChatMessage.Fault error;

    /** Its run: of a result that came after the end of all runs, that of its call. */
    String run;

    /** Of its run, if this is the last text of it; else null. */
    List<LogEvent.TokenUsage> usage;

    ContextUse contextUse;

    Long durationMs;

    /** What the user thinks of it, or null. */
    Opinion opinion;

    /** In the order of the log. */
    final List<ChatMessage.Note> notes = new ArrayList<>();

    MessageBuilder(String id, Role role, String owner, LogRow row, LogEvent.MessageMetadata sent) {
        this.id = id;
        this.role = role;
        this.owner = owner;
        this.row = row;
        this.run = row.run();
        this.sent = sent;
    }

    /** The message consists only of tool calls. */
    MessageBuilder noText() {
        hasText = false;
        complete = true;
        return this;
    }

    Content content() {
        if (result != null) return result;
        return Content.of(text.toString(), sent == null ? null : sent.parts());
    }

    /** The message as readers get it. */
    ChatMessage message() {
        List<ChatMessage.ToolCall> toolCalls = calls.isEmpty()
                ? null
                : calls.stream()
                        .map(c -> ChatMessage.ToolCall.of(c.id, c.name, c.arguments(), c.state))
                        .toList();
        return new ChatMessage(id, role, hasText ? content() : null, toolCalls, answers, metadata(), state, owner);
    }

    private ChatMessage.Metadata metadata() {
        String command = sent == null ? null : sent.command();
        String by = sent == null ? null : sent.by();
        String origin = sent == null ? null : sent.origin();
        String recall = sent == null ? null : sent.recall();
        String zone = sent == null ? null : sent.zone();
        return new ChatMessage.Metadata(
                run,
                row.from(),
                time(row.atMs()),
                outcome,
                error,
                status,
                command,
                by,
                origin,
                recall,
                zone,
                decisions(),
                model(),
                usage,
                durationMs,
                sent == null ? null : sent.context(),
                sent == null ? null : sent.parent(),
                sent == null ? null : sent.chosen(),
                contextUse,
                notes.isEmpty() ? null : List.copyOf(notes),
                subagents(),
                opinion);
    }

    private Map<String, ChatMessage.Subagent> subagents() {
        Map<String, ChatMessage.Subagent> known = new LinkedHashMap<>();
        calls.stream().filter(call -> call.subagent != null).forEach(call -> known.put(call.id, call.subagent.shown()));
        return known.isEmpty() ? null : known;
    }

    String model() {
        return sent == null ? null : sent.model();
    }

    private Map<String, ChatMessage.Decided> decisions() {
        Map<String, ChatMessage.Decided> decided = new LinkedHashMap<>();
        calls.stream().filter(call -> call.decided != null).forEach(call -> decided.put(call.id, call.decided));
        return decided.isEmpty() ? null : decided;
    }

    static String time(long atMs) {
        return Instant.ofEpochMilli(atMs).toString();
    }
}
