package io.reprise.history;

import io.reprise.message.log.LogEvent;
import java.util.ArrayDeque;
import java.util.Deque;

/** A sub-agent while it is computed from the log. */
final class SubagentBuilder {
    private static final String RUNNING = "running";

    final LogEvent.SubagentStarted start;

    /** Its states, each with the event that brought it; oldest first. */
    private final Deque<State> states = new ArrayDeque<>();

    private record State(long seq, String status, String message) {}

    SubagentBuilder(LogEvent.SubagentStarted start) {
        this.start = start;
    }

    SubagentBuilder begins(long seq) {
        states.addLast(new State(seq, RUNNING, null));
        return this;
    }

    void ends(long seq, LogEvent.SubagentOutcome outcome) {
        states.addLast(new State(seq, outcome.type(), null));
    }

    void fails(long seq, LogEvent.SubagentError error) {
        String status = "cancelled".equals(error.code()) ? "cancelled" : "error";
        states.addLast(new State(seq, status, error.message()));
    }

    /** Events after {@code toSeq} are superseded. Returns whether nothing is left of it. */
    boolean rewind(long toSeq) {
        while (!states.isEmpty() && states.getLast().seq() > toSeq) states.removeLast();
        return states.isEmpty();
    }

    ChatMessage.Subagent shown() {
        State now = states.getLast();
        return new ChatMessage.Subagent(
                start.subagentRunId(),
                start.name(),
                start.description(),
                now.status(),
                now.message(),
                states.getFirst().seq());
    }
}
