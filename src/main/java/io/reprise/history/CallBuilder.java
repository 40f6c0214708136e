package io.reprise.history;

import io.reprise.message.Interrupt;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;

/** A tool call while it is computed from the log: its arguments, its decision and whether it has a result. */
final class CallBuilder {
    final String id;
    final String name;
    final long seq;
    final StringBuilder arguments = new StringBuilder();

    /** The sub-agent that makes it; null for the agent of the run. */
    final String owner;

    /** The run that answers the call or is to answer it. */
    String run;

    /** The newest sub-agent that answers it, or null. */
    SubagentBuilder subagent;

    boolean ended;
    boolean answered;

    /** Provider data to send back with it, or null. */
    String state;

    /** The decision about it at {@code decidedSeq}, or null. */
    ChatMessage.Decided decided;

    /** The edited arguments of the call; null if unchanged. */
    private String edited;

    long decidedSeq;

    CallBuilder(String id, String name, String owner, LogRow row) {
        this.id = id;
        this.owner = owner;
        this.name = name;
        this.run = row.run();
        this.seq = row.seq();
    }

    String arguments() {
        return edited == null ? arguments.toString() : edited;
    }

    CallBuilder end() {
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
