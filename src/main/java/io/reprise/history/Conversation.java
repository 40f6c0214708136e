package io.reprise.history;

import io.reprise.message.EventJson;
import io.reprise.message.Interrupt;
import io.reprise.message.LogEvent;
import io.reprise.message.LogRow;
import io.reprise.message.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fold of a log into messages: what snapshots, history, export and the model's context are made of. */
public final class Conversation {
    private final Map<String, Building> messages = new LinkedHashMap<>();
    private final Map<String, Call> calls = new LinkedHashMap<>();
    private Run run;

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
                .map(m -> new ActiveRun.OpenMessage(m.id, m.role, m.text.toString()))
                .toList();
        List<ActiveRun.OpenCall> openCalls = calls.values().stream()
                .filter(c -> c.isOpen() && run.id.equals(c.run))
                .map(c -> new ActiveRun.OpenCall(c.id, c.name, c.arguments(), c.ended))
                .toList();
        return new ActiveRun(run.id, time(run.atMs), run.origin, open, openCalls);
    }

    private void apply(LogRow.Single row, LogEvent event) {
        switch (event) {
            case LogEvent.RunStarted e -> begin(row, e);
            case LogEvent.RunFinished e ->
                endRun(e.outcome().equals(LogEvent.Outcome.CANCELLED) ? "cancelled" : null, null);
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
        run = new Run(start.runId(), row.atMs(), start.metadata().origin());
        if (start.metadata().resumes() == null) return;
        calls.values().stream().filter(Call::isOpen).forEach(call -> call.run = run.id);
    }

    /** By seq and not by the message's name: only a part of the log may be folded. */
    private void rewind(long toSeq) {
        messages.values().removeIf(message -> message.row.from() > toSeq);
        Set<Call> kept = new HashSet<>();
        Set<String> answered = new HashSet<>();
        for (Building message : messages.values()) {
            kept.addAll(message.calls);
            answered.add(message.answers);
        }
        calls.values().retainAll(kept);
        calls.values().forEach(call -> call.rewind(toSeq, answered));
    }

    private void resolve(LogRow row, LogEvent.InterruptResolved resolved) {
        Call call = calls.get(resolved.toolCall());
        if (call != null) call.decide(resolved, row.seq());
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
        messages.put(id, new Building(id, role, row, metadata));
    }

    private void complete(String id) {
        Building message = messages.get(id);
        if (message != null) message.complete = true;
    }

    private void call(LogRow row, LogEvent.ToolCallStart start) {
        Call call = new Call(start.toolCallId(), start.toolCallName(), row.run());
        calls.put(call.id, call);
        String parent = start.parentMessageId() == null ? start.toolCallId() : start.parentMessageId();
        Building message = messages.computeIfAbsent(parent, id -> new Building(id, Role.ASSISTANT, row, null).noText());
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
        messages.put(message.id, message);
        Call call = calls.get(e.toolCallId());
        if (call != null) call.answered = true;
    }

    /** Also the question is marked: a run that was stopped before its first word has nothing else. */
    private void endRun(String outcome, ChatMessage.Fault error) {
        if (run == null) return;
        for (Building message : messages.values()) {
            if (!run.id.equals(message.row.run())) continue;
            message.outcome = outcome;
            message.error = error;
        }
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

    /** A message in the making. */
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

        /** What the provider wants back with it, or null. */
        String state;

        String outcome;
        ChatMessage.Fault error;

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
                    decisions());
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
        final StringBuilder arguments = new StringBuilder();

        /** Which one answers it, or is to. */
        String run;

        boolean ended;
        boolean answered;

        /** What the provider wants back with it, or null. */
        String state;

        /** What people decided about it at {@code decidedSeq}, or null. */
        private ChatMessage.Decided decided;

        /** What it was or will be made with instead; null when nobody changed it. */
        private String edited;

        private long decidedSeq;

        Call(String id, String name, String run) {
            this.id = id;
            this.name = name;
            this.run = run;
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

        /** It is open again when its result is void, and the model's own when what was decided is. */
        void rewind(long toSeq, Set<String> answeredCalls) {
            answered = answeredCalls.contains(id);
            if (decidedSeq <= toSeq) return;
            decided = null;
            edited = null;
        }
    }
}
