package io.reprise.history;

import io.reprise.message.Interrupt;
import io.reprise.message.Role;
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
 * The fold of a log into messages: what snapshots, history, export and the model's context are made of.
 *
 * <p>An event costs what it changes and never a walk over all that was said before: a log has hundreds of thousands.
 */
public final class Conversation {
    /** In the order of the log. */
    private final LinkedHashMap<String, Building> messages = new LinkedHashMap<>();

    /** By run, until it ends. */
    private final Map<String, List<Building>> unended = new HashMap<>();

    private final Map<String, Call> calls = new HashMap<>();

    /** Those without a result. */
    private final Map<String, Call> unanswered = new HashMap<>();

    /** Decided interrupts, the last decision last. */
    private final Deque<Call> decided = new ArrayDeque<>();

    private Run run;

    /** The last run ended with an interrupt. */
    private boolean waits;

    public static Conversation of(Iterable<LogRow> rows) {
        Conversation conversation = new Conversation();
        rows.forEach(conversation::apply);
        return conversation;
    }

    /** Rows come in the order of the log, from the beginning of a run. */
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
     * Takes all messages out, where only a rewind could still change one. Nothing while a run is active or waits for
     * people: it goes on with them.
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

    /** The seq with which the message began; empty when there is none, or none any more. */
    public OptionalLong beginningOf(String message) {
        Building found = messages.get(message);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.row.from());
    }

    /** The first text of this role, complete or not; empty when there is none. */
    String begins(Role role) {
        return messages.values().stream()
                .filter(m -> m.role == role && !m.text.isEmpty())
                .findFirst()
                .map(m -> m.text.toString())
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

    /** Calls that are open are the ones that the run is to answer which it goes on with. */
    private void begin(LogRow row, LogEvent.RunStarted start) {
        waits = false;
        run = new Run(start.runId(), row.atMs(), start.metadata().origin());
        if (start.metadata().resumes() == null) return;
        unanswered.values().stream().filter(Call::isOpen).forEach(call -> call.run = run.id);
    }

    /** By seq and not by the message's name: only a part of the log may be folded. */
    private void rewind(long toSeq) {
        while (!messages.isEmpty() && messages.lastEntry().getValue().row.from() > toSeq) {
            forget(messages.pollLastEntry().getValue());
        }
        while (!decided.isEmpty() && decided.getLast().decidedSeq > toSeq)
            decided.removeLast().undecide();
    }

    /** Its calls are void, and the one that it answers is open again. */
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
        message.text.append(e.content());
        message.answers = e.toolCallId();
        message.status = e.metadata() == null ? null : e.metadata().status();
        message.complete = true;
        add(message);
        Call call = calls.get(e.toolCallId());
        if (call == null) return;
        call.answered = true;
        unanswered.remove(call.id, call);
    }

    /** What the run took is told with its last text, once it has ended by itself. */
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

    /** Also the question is marked: a run that was stopped before its first word has nothing else. */
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
        String text = m.hasText ? m.text.toString() : null;
        return new ChatMessage(m.id, m.role, text, toolCalls, m.answers, m.metadata(), m.state);
    }

    private static String time(long atMs) {
        return Instant.ofEpochMilli(atMs).toString();
    }

    private record Run(String id, long atMs, String origin) {}

    /** A message that is being built. */
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

        /** Made by a tool call alone. */
        Building noText() {
            hasText = false;
            complete = true;
            return this;
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

        /** Which one answers it, or is to. */
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

        /** One that was dropped gets no result. */
        boolean isOpen() {
            return !answered && (decided == null || decided.decision() != Interrupt.Decision.CANCELLED);
        }

        void decide(LogEvent.InterruptResolved how, long seq) {
            decided = new ChatMessage.Decided(how.decision(), how.by(), how.text());
            edited = how.arguments();
            decidedSeq = seq;
        }

        /** It is the model's own again. */
        void undecide() {
            decided = null;
            edited = null;
        }
    }
}
