package io.reprise.history;

import io.reprise.message.Role;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
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
    private final LinkedHashMap<String, MessageBuilder> messages = new LinkedHashMap<>();

    /** By run, until the run ends. */
    private final Map<String, List<MessageBuilder>> unended = new HashMap<>();

    private final Map<String, CallBuilder> calls = new HashMap<>();

    /** Calls without a result. */
    private final Map<String, CallBuilder> unanswered = new HashMap<>();

    /** Calls with a decision, in the order of the decisions. */
    private final Deque<CallBuilder> decided = new ArrayDeque<>();

    private final Deque<Compacted> compacted = new ArrayDeque<>();

    /** Null for a model, which is not told of them. */
    private final Notes notes;
    /** By id, in the order in which they began. */
    private final Map<String, SubagentBuilder> subagents = new LinkedHashMap<>();

    private Run run;

    /** Whether the last run ended with an interrupt. */
    private boolean waits;

    public Conversation() {
        this(new Notes());
    }

    private Conversation(Notes notes) {
        this.notes = notes;
    }

    /** For a model: without what only readers are told. */
    static Conversation forModel() {
        return new Conversation(null);
    }

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

    private void apply(LogRow.Single row, LogEvent event) {
        if (event instanceof LogEvent.OfSubagent its) applyMessage(row, its.subagentRunId(), its.event());
        else applyOuter(row, event);
    }

    /**
     * What messages are made of.
     *
     * @param owner the sub-agent whose message it is; null for the agent of the run
     */
    private void applyMessage(LogRow.Single row, String owner, LogEvent event) {
        switch (event) {
            case LogEvent.TextStart e -> begin(row, owner, e.messageId(), e.role(), e.metadata());
            case LogEvent.ReasoningMessageStart e -> begin(row, owner, e.messageId(), Role.REASONING, null);
            case LogEvent.ToolCallStart e -> call(row, owner, e);
            case LogEvent.ToolCallResult e -> result(row, owner, e);
            case LogEvent.TextEnd e -> complete(e.messageId());
            case LogEvent.ReasoningMessageEnd e -> complete(e.messageId());
            case LogEvent.ToolCallEnd e -> calls.computeIfPresent(e.toolCallId(), (id, call) -> call.end());
            case LogEvent.ReasoningEncryptedValue e -> seal(e);
            case LogEvent other -> {}
        }
    }

    private void start(LogRow.Single row, LogEvent.SubagentStarted start) {
        SubagentBuilder its = subagents
                .computeIfAbsent(start.subagentRunId(), id -> new SubagentBuilder(start))
                .begins(row.seq());
        CallBuilder call = calls.get(start.parentToolCallId());
        if (call != null) call.subagent = its;
    }

    private void finish(LogRow.Single row, LogEvent.SubagentFinished end) {
        SubagentBuilder its = subagents.get(end.subagentRunId());
        if (its != null) its.ends(row.seq(), end.outcome());
    }

    private void fail(LogRow.Single row, LogEvent.SubagentError error) {
        SubagentBuilder its = subagents.get(error.subagentRunId());
        if (its != null) its.fails(row.seq(), error);
    }

    /** Every complete message, in the order in which they began; also those of sub-agents. */
    public List<ChatMessage> messages() {
        return messages.values().stream()
                .filter(m -> m.complete)
                .map(MessageBuilder::message)
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
        if (notes != null) notes.forget();
        subagents.clear();
        return settled;
    }

    /** The seq with which the message began; empty if there is no such message or it was removed. */
    public OptionalLong beginningOf(String message) {
        MessageBuilder found = messages.get(message);
        return found == null ? OptionalLong.empty() : OptionalLong.of(found.row.from());
    }

    /** The text of the first message of this role, complete or not; empty if there is none. */
    String begins(Role role) {
        return messages.values().stream()
                .filter(m -> m.role == role && m.owner == null)
                .map(m -> m.content().text())
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** The newest summary that stands for the messages up to its seq, or null. */
    LogEvent.ContextSummarised compacted() {
        return compacted.isEmpty() ? null : compacted.getLast().summary();
    }

    private record Compacted(long seq, LogEvent.ContextSummarised summary) {}

    /** The run that has not ended, or null. */
    public ActiveRun activeRun() {
        if (run == null) return null;
        List<ActiveRun.OpenMessage> open = messages.values().stream()
                .filter(m -> !m.complete)
                .map(m -> new ActiveRun.OpenMessage(m.id, m.role, m.text.toString(), m.model(), m.owner))
                .toList();
        List<ActiveRun.OpenCall> openCalls = unanswered.values().stream()
                .filter(c -> c.isOpen() && run.id.equals(c.run))
                .sorted(Comparator.comparingLong(c -> c.seq))
                .map(c -> new ActiveRun.OpenCall(c.id, c.name, c.arguments(), c.ended, c.owner))
                .toList();
        return new ActiveRun(run.id, MessageBuilder.time(run.atMs), run.origin, open, openCalls);
    }

    private void applyOuter(LogRow.Single row, LogEvent event) {
        switch (event) {
            case LogEvent.RunStarted e -> begin(row, e);
            case LogEvent.RunFinished e -> {
                measure(row, e);
                endRun(e.outcome().equals(LogEvent.Outcome.CANCELLED) ? "cancelled" : null, null);
                waits = e.outcome().isWaiting();
            }
            case LogEvent.RunError e -> {
                measure(row, e);
                endRun("error", new ChatMessage.Fault(e.code(), e.message()));
            }
            case LogEvent.TextStart e -> applyMessage(row, null, e);
            case LogEvent.ReasoningMessageStart e -> applyMessage(row, null, e);
            case LogEvent.TextEnd e -> applyMessage(row, null, e);
            case LogEvent.ReasoningMessageEnd e -> applyMessage(row, null, e);
            case LogEvent.ToolCallStart e -> applyMessage(row, null, e);
            case LogEvent.ToolCallEnd e -> applyMessage(row, null, e);
            case LogEvent.ToolCallResult e -> applyMessage(row, null, e);
            case LogEvent.ReasoningEncryptedValue e -> applyMessage(row, null, e);
            case LogEvent.SubagentStarted e -> start(row, e);
            case LogEvent.SubagentFinished e -> finish(row, e);
            case LogEvent.SubagentError e -> fail(row, e);
            case LogEvent.StepStarted e -> {}
            case LogEvent.StepFinished e -> {}
            case LogEvent.ReasoningStart e -> {}
            case LogEvent.ReasoningEnd e -> {}
            case LogEvent.Custom(String name, LogEvent.Voiding voiding) -> rewind(voiding.toSeq());
            case LogEvent.Custom(String name, LogEvent.InterruptResolved resolved) -> resolve(row, resolved);
            case LogEvent.Custom(String name, LogEvent.ContextSummarised made) -> {
                if (Boolean.TRUE.equals(made.compact())) compacted.addLast(new Compacted(row.seq(), made));
                note(row, made);
            }
            case LogEvent.Custom(String name, LogEvent.ContextCleared cleared) -> note(row, cleared);
            case LogEvent.Custom(String name, LogEvent.MiddlewareSkipped skipped) -> note(row, skipped);
            case LogEvent.Custom(String name, LogEvent.FeedbackUpdated given) -> opine(given);
            case LogEvent.Custom e -> {}
            case LogEvent.OfSubagent e -> throw new IllegalStateException("an event of a sub-agent");
            case LogEvent.Delta e -> throw new IllegalStateException("a delta outside a segment");
        }
    }

    /** A message of which something was said may be before the fold, or superseded. */
    void opine(LogEvent.FeedbackUpdated given) {
        MessageBuilder message = messages.get(given.message());
        if (message != null) message.opinion = given.opinion();
    }

    /** The calls that are open belong to the resumed run; this run answers them. */
    private void begin(LogRow row, LogEvent.RunStarted start) {
        waits = false;
        run = new Run(start.runId(), row.atMs(), start.metadata().origin());
        if (start.metadata().resumes() == null) return;
        unanswered.values().stream().filter(CallBuilder::isOpen).forEach(call -> call.run = run.id);
    }

    /** Compares by seq and not by message id, because the fold may contain only a part of the log. */
    private void rewind(long toSeq) {
        while (!messages.isEmpty() && messages.lastEntry().getValue().row.from() > toSeq) {
            forget(messages.pollLastEntry().getValue());
        }
        while (!decided.isEmpty() && decided.getLast().decidedSeq > toSeq)
            decided.removeLast().undecide();
        while (!compacted.isEmpty() && compacted.getLast().seq() > toSeq) compacted.removeLast();
        if (notes != null) notes.rewind(toSeq);
        subagents.values().removeIf(its -> {
            if (!its.rewind(toSeq)) return false;
            CallBuilder call = calls.get(its.start.parentToolCallId());
            if (call != null && call.subagent == its) call.subagent = null;
            return true;
        });
    }

    private void note(LogRow.Single row, LogEvent.CustomValue value) {
        if (notes == null) return;
        MessageBuilder last = messages.isEmpty() ? null : messages.lastEntry().getValue();
        notes.add(row, value, last);
    }

    /** Removes a message: its calls are removed, and a call that it answers is open again. */
    private void forget(MessageBuilder message) {
        for (CallBuilder call : message.calls) {
            calls.remove(call.id, call);
            unanswered.remove(call.id, call);
        }
        CallBuilder call = message.answers == null ? null : calls.get(message.answers);
        if (call == null) return;
        call.answered = false;
        unanswered.put(call.id, call);
    }

    private void resolve(LogRow row, LogEvent.InterruptResolved resolved) {
        CallBuilder call = calls.get(resolved.toolCall());
        if (call == null) return;
        call.decide(resolved, row.seq());
        decided.addLast(call);
    }

    private void append(LogRow.Segment segment) {
        if (EventJson.name(segment.type()).equals(LogEvent.TOOL_ARGS)) {
            CallBuilder call = calls.get(segment.target());
            if (call != null) call.arguments.append(segment.text());
            return;
        }
        MessageBuilder message = messages.get(segment.target());
        if (message != null) message.text.append(segment.text());
    }

    private void begin(LogRow row, String owner, String id, Role role, LogEvent.MessageMetadata metadata) {
        add(new MessageBuilder(id, role, owner, row, metadata));
    }

    private MessageBuilder add(MessageBuilder message) {
        messages.putLast(message.id, message);
        if (notes != null) notes.begins(message);
        if (message.row.run() != null) {
            unended.computeIfAbsent(message.row.run(), id -> new ArrayList<>()).add(message);
        }
        return message;
    }

    private void complete(String id) {
        MessageBuilder message = messages.get(id);
        if (message != null) message.complete = true;
    }

    private void call(LogRow row, String owner, LogEvent.ToolCallStart start) {
        CallBuilder call = new CallBuilder(start.toolCallId(), start.toolCallName(), owner, row);
        calls.put(call.id, call);
        unanswered.put(call.id, call);
        String parent = start.parentMessageId() == null ? start.toolCallId() : start.parentMessageId();
        MessageBuilder message = messages.get(parent);
        if (message == null) message = add(new MessageBuilder(parent, Role.ASSISTANT, owner, row, null).noText());
        message.calls.add(call);
    }

    private void seal(LogEvent.ReasoningEncryptedValue sealed) {
        if (sealed.isOfToolCall()) {
            CallBuilder call = calls.get(sealed.entityId());
            if (call != null) call.state = sealed.encryptedValue();
        } else {
            MessageBuilder message = messages.get(sealed.entityId());
            if (message != null) message.state = sealed.encryptedValue();
        }
    }

    private void result(LogRow row, String owner, LogEvent.ToolCallResult e) {
        MessageBuilder message = new MessageBuilder(e.messageId(), Role.TOOL, owner, row, null);
        message.result = e.content();
        message.answers = e.toolCallId();
        message.status = e.metadata() == null ? null : e.metadata().status();
        message.complete = true;
        add(message);
        CallBuilder call = calls.get(e.toolCallId());
        if (call == null) return;
        call.answered = true;
        if (message.run == null) message.run = call.run;
        unanswered.remove(call.id, call);
    }

    /** What a run has used and how long it took belong to its last text. */
    private void measure(LogRow row, LogEvent.Terminal end) {
        if (run == null || end.usage() == null) return;
        List<MessageBuilder> its = unended.getOrDefault(run.id, List.of());
        its.reversed().stream()
                .filter(message -> message.role == Role.ASSISTANT && message.hasText && message.owner == null)
                .filter(message -> messages.get(message.id) == message)
                .findFirst()
                .ifPresent(last -> {
                    last.usage = end.usage();
                    last.contextUse = end.contextUse();
                    last.durationMs = Math.max(0, row.atMs() - run.atMs);
                });
    }

    /** Also marks the user's message, because a run that was stopped before its first word has no other message. */
    private void endRun(String outcome, ChatMessage.Fault error) {
        if (run == null) return;
        for (MessageBuilder message : unended.getOrDefault(run.id, List.of())) {
            message.outcome = outcome;
            message.error = error;
        }
        unended.remove(run.id);
        run = null;
    }

    private record Run(String id, long atMs, String origin) {}
}
