package io.reprise.history;

import io.reprise.message.Interrupt;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Computes messages from a log (fold). Snapshots, history, export and the model's context are made from them.
 *
 * <p>The cost of an event depends only on what it changes and not on the length of the conversation, because a log may
 * have hundreds of thousands of events.
 */
public final class Conversation {
    /** In the order of the log. */
    private final LinkedHashMap<String, Building> messages = new LinkedHashMap<>();

    /** By run, until the run ends. */
    private final Map<String, List<Building>> unended = new HashMap<>();

    private final Map<String, Call> calls = new HashMap<>();

    /** Calls without a result. */
    private final Map<String, Call> unanswered = new HashMap<>();

    /** Calls with a decision, in the order of the decisions. */
    private final Deque<Call> decided = new ArrayDeque<>();

    private Run run;

    /** Whether the last run ended with an interrupt. */
    private boolean waits;

    public static Conversation of(Iterable<LogRow> rows) {
        Conversation conversation = new Conversation();
        rows.forEach(conversation::apply);
        return conversation;
    }

    /** Applies a row. Rows must come in the order of the log, and start at the beginning of a run. */
    public void apply(LogRow row) {
        switch (row) {
            case LogRow.Segment segment -> append(segment);
            case LogRow.Single single -> apply(single, EventJson.parse(single.payload()));
        }
    }

    /** Every complete message, in the order in which they began. */
    public List<ChatMessage> messages() {
        return messages.values().stream()
                .filter(m -> m.complete)
                .map(this::message)
                .toList();
    }

    /**
     * Removes and returns all messages that only a rewind could still change. Returns none while a run is active or
     * waits for people, because the run may change them.
     */
    List<ChatMessage> settle() {
        if (run != null || waits) return List.of();
        List<ChatMessage> settled = messages();
        messages.clear();
        unended.clear();
        calls.clear();
        unanswered.clear();
        decided.clear();
        return settled;
    }

    /** The seq with which the message began; empty if there is no such message or it was removed. */
    public OptionalLong beginningOf(String message) {
        Building found = messages.get(message);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.row.from());
    }

    /** The text of the first message of this role, complete or not; empty if there is none. */
    String begins(Role role) {
        return messages.values().stream()
                .filter(m -> m.role == role)
                .map(m -> m.content().text())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** The run that has not ended, or null. */
    public ActiveRun activeRun() {
        if (run == null) return null;
        List<ActiveRun.OpenMessage> open = messages.values().stream()
                .filter(m -> !m.complete)
                .map(m -> new ActiveRun.OpenMessage(m.id, m.role, m.text.toString(), m.model()))
                .toList();
        List<ActiveRun.OpenCall> openCalls = unanswered.values().stream()
                .filter(c -> c.isOpen() && run.id.equals(c.run))
                .sorted(Comparator.comparingLong(c -> c.seq))
                .map(c -> new ActiveRun.OpenCall(c.id, c.name, c.arguments(), c.ended))
                .toList();
        return new ActiveRun(run.id, time(run.atMs), run.origin, open, openCalls);
    }

    private void apply(LogRow.Single row, LogEvent event) {
        switch (event) {
            case LogEvent.RunStarted e -> begin(row, e);
            case LogEvent.RunFinished e -> {
                measure(row, e);
                endRun(e.outcome().equals(LogEvent.Outcome.CANCELLED) ? "cancelled" : null, null);
                waits = e.outcome().type().equals("interrupt");
            }
            case LogEvent.RunError e -> endRun("error", new ChatMessage.Fault(e.code(), e.message()));
            case LogEvent.TextStart e -> begin(row, e.messageId(), e.role(), e.metadata());
            case LogEvent.ReasoningMessageStart e -> begin(row, e.messageId(), Role.REASONING, null);
            case LogEvent.TextEnd e -> complete(e.messageId());
            case LogEvent.ReasoningMessageEnd e -> complete(e.messageId());
            case LogEvent.ToolCallStart e -> call(row, e);
            case LogEvent.ToolCallEnd e -> calls.computeIfPresent(e.toolCallId(), (id, call) -> call.end());
            case LogEvent.ToolCallResult e -> result(row, e);
            case LogEvent.StepStarted e -> {}
            case LogEvent.StepFinished e -> {}
            case LogEvent.ReasoningStart e -> {}
            case LogEvent.ReasoningEnd e -> {}
            case LogEvent.ReasoningEncryptedValue e -> seal(e);
            case LogEvent.Custom(String name, LogEvent.Voiding voiding) -> rewind(voiding.toSeq());
            case LogEvent.Custom(String name, LogEvent.InterruptResolved resolved) -> resolve(row, resolved);
            case LogEvent.Custom e -> {}
            case LogEvent.Delta e -> throw new IllegalStateException("a delta outside a segment");
        }
    }

    /** The calls that are open belong to the resumed run; this run answers them. */
    private void begin(LogRow row, LogEvent.RunStarted start) {
        waits = false;
        run = new Run(start.runId(), row.atMs(), start.metadata().origin());
        if (start.metadata().resumes() == null) return;
        unanswered.values().stream().filter(Call::isOpen).forEach(call -> call.run = run.id);
    }

    /** Compares by seq and not by message id, because the fold may contain only a part of the log. */
    private void rewind(long toSeq) {
        while (!messages.isEmpty() && messages.lastEntry().getValue().row.from() > toSeq) {
            forget(messages.pollLastEntry().getValue());
        }
        while (!decided.isEmpty() && decided.getLast().decidedSeq > toSeq)
            decided.removeLast().undecide();
    }

    /** Removes a message: its calls are removed, and a call that it answers is open again. */
    private void forget(Building message) {
        for (Call call : message.calls) {
            calls.remove(call.id, call);
            unanswered.remove(call.id, call);
        }
        Call call = message.answers == null ? null : calls.get(message.answers);
        if (call == null) return;
        call.answered = false;
        unanswered.put(call.id, call);
    }

    private void resolve(LogRow row, LogEvent.InterruptResolved resolved) {
        Call call = calls.get(resolved.toolCall());
        if (call == null) return;
        call.decide(resolved, row.seq());
        decided.addLast(call);
    }

    private void append(LogRow.Segment segment) {
        if (segment.type().equals(LogEvent.TOOL_ARGS)) {
            Call call = calls.get(segment.target());
            if (call != null) call.arguments.append(segment.text());
            return;
        }
        Building message = messages.get(segment.target());
        if (message != null) message.text.append(segment.text());
    }

    private void begin(LogRow row, String id, Role role, LogEvent.MessageMetadata metadata) {
        add(new Building(id, role, row, metadata));
    }

    private Building add(Building message) {
        messages.putLast(message.id, message);
        if (message.row.run() != null) {
            unended.computeIfAbsent(message.row.run(), id -> new ArrayList<>()).add(message);
        }
        return message;
    }

    private void complete(String id) {
        Building message = messages.get(id);
        if (message != null) message.complete = true;
    }

    private void call(LogRow row, LogEvent.ToolCallStart start) {
        Call call = new Call(start.toolCallId(), start.toolCallName(), row);
        calls.put(call.id, call);
        unanswered.put(call.id, call);
        String parent = start.parentMessageId() == null ? start.toolCallId() : start.parentMessageId();
        Building message = messages.get(parent);
        if (message == null) message = add(new Building(parent, Role.ASSISTANT, row, null).noText());
        message.calls.add(call);
    }

    private void seal(LogEvent.ReasoningEncryptedValue sealed) {
        if (sealed.isOfToolCall()) {
            Call call = calls.get(sealed.entityId());
            if (call != null) call.state = sealed.encryptedValue();
        } else {
            Building message = messages.get(sealed.entityId());
            if (message != null) message.state = sealed.encryptedValue();
        }
    }

    private void result(LogRow row, LogEvent.ToolCallResult e) {
        Building message = new Building(e.messageId(), Role.TOOL, row, null);
        message.result = e.content();
        message.answers = e.toolCallId();
        message.status = e.metadata() == null ? null : e.metadata().status();
        message.complete = true;
        add(message);
        Call call = calls.get(e.toolCallId());
        if (call == null) return;
        call.answered = true;
        unanswered.remove(call.id, call);
    }

    /** The usage and duration of a run that succeeded belong to its last text. */
    private void measure(LogRow row, LogEvent.RunFinished end) {
        if (run == null || end.usage() == null) return;
        List<Building> its = unended.getOrDefault(run.id, List.of());
        its.reversed().stream()
                .filter(message -> message.role == Role.ASSISTANT && message.hasText)
                .filter(message -> messages.get(message.id) == message)
                .findFirst()
                .ifPresent(last -> {
                    last.usage = end.usage();
                    last.durationMs = Math.max(0, row.atMs() - run.atMs);
                });
    }

    /** Also marks the user's message, because a run that was stopped before its first word has no other message. */
    private void endRun(String outcome, ChatMessage.Fault error) {
        if (run == null) return;
        for (Building message : unended.getOrDefault(run.id, List.of())) {
            message.outcome = outcome;
            message.error = error;
        }
        unended.remove(run.id);
        run = null;
    }

    private ChatMessage message(Building m) {
        List<ChatMessage.ToolCall> toolCalls = m.calls.isEmpty()
                ? null
                : m.calls.stream()
                        .map(c -> ChatMessage.ToolCall.of(c.id, c.name, c.arguments(), c.state))
                        .toList();
        Content content = m.hasText ? m.content() : null;
        return new ChatMessage(m.id, m.role, content, toolCalls, m.answers, m.metadata(), m.state);
    }

    private static String time(long atMs) {
        return Instant.ofEpochMilli(atMs).toString();
    }

    private record Run(String id, long atMs, String origin) {}

    /** A message that is being computed. */
    private static final class Building {
        final String id;
        final Role role;
        final LogRow row;
        final LogEvent.MessageMetadata sent;
        final StringBuilder text = new StringBuilder();
        final List<Call> calls = new ArrayList<>();
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

        /** Of its run, if this is the last text of it; else null. */
        List<LogEvent.TokenUsage> usage;

        Long durationMs;

        Building(String id, Role role, LogRow row, LogEvent.MessageMetadata sent) {
            this.id = id;
            this.role = role;
            this.row = row;
            this.sent = sent;
        }

        /** The message consists only of tool calls. */
        Building noText() {
            hasText = false;
            complete = true;
            return this;
        }

        Content content() {
            if (result != null) return result;
            return Content.of(text.toString(), sent == null ? null : sent.parts());
        }

        ChatMessage.Metadata metadata() {
            String command = sent == null ? null : sent.command();
            String by = sent == null ? null : sent.by();
            String origin = sent == null ? null : sent.origin();
            String recall = sent == null ? null : sent.recall();
            String zone = sent == null ? null : sent.zone();
            return new ChatMessage.Metadata(
                    row.run(),
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
                    durationMs);
        }

        String model() {
            return sent == null ? null : sent.model();
        }

        private Map<String, ChatMessage.Decided> decisions() {
            Map<String, ChatMessage.Decided> decided = new LinkedHashMap<>();
            calls.stream().filter(call -> call.decided != null).forEach(call -> decided.put(call.id, call.decided));
            return decided.isEmpty() ? null : decided;
        }
    }

    private static final class Call {
        final String id;
        final String name;
        final long seq;
        final StringBuilder arguments = new StringBuilder();

        /** The run that answers the call or is to answer it. */
        String run;

        boolean ended;
        boolean answered;

        /** Provider data to send back with it, or null. */
        String state;

        /** The decision about it at {@code decidedSeq}, or null. */
        private ChatMessage.Decided decided;

        /** The edited arguments of the call; null if unchanged. */
        private String edited;

        private long decidedSeq;

        Call(String id, String name, LogRow row) {
            this.id = id;
            this.name = name;
            this.run = row.run();
            this.seq = row.seq();
        }

        String arguments() {
            return edited == null ? arguments.toString() : edited;
        }

        Call end() {
            ended = true;
            return this;
        }

        /** Whether the call waits for a result; a removed call gets none. */
        boolean isOpen() {
            return !answered && (decided == null || decided.decision() != Interrupt.Decision.CANCELLED);
        }

        void decide(LogEvent.InterruptResolved how, long seq) {
            decided = new ChatMessage.Decided(how.decision(), how.by(), how.text());
            edited = how.arguments();
            decidedSeq = seq;
        }

        /** Removes the decision, so the call has the model's arguments again. */
        void undecide() {
            decided = null;
            edited = null;
        }
    }
}
