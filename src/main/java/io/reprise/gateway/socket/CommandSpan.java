package io.reprise.gateway.socket;

import io.reprise.gateway.link.PendingCommands;
import io.reprise.gateway.link.PendingCommands.Asked;
import io.reprise.gateway.socket.ClientFrame.Ask;
import io.reprise.message.Cause;
import io.reprise.message.CommandOutcome;
import io.reprise.message.ErrorCode;
import io.reprise.telemetry.trace.Names;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.SpanStart;
import io.reprise.telemetry.trace.TraceParent;
import io.reprise.telemetry.trace.Tracing;

/** The span of a command over a WebSocket, from its frame to its answer. */
final class CommandSpan {
    private CommandSpan() {}

    static Span begin(Tracing tracing, Ask ask, Asked asked) {
        if (!tracing.isOn()) return Span.NONE;
        String type = asked.type();
        return tracing.begin(SpanStart.ofRequest("command " + type, TraceParent.parse(ask.trace())))
                .set(Names.COMMAND, type)
                .set(Names.CONVERSATION, asked.session())
                .set(Names.REQUEST, ask.id());
    }

    /** The command as the cause of what it asks for. */
    static Cause cause(Ask ask, Span span) {
        TraceParent its = span.context();
        return new Cause(ask.id(), its == null ? null : its.text(), null);
    }

    static void end(Span span, CommandOutcome outcome) {
        if (outcome instanceof CommandOutcome.Refused refused
                && isFault(refused.failure().code())) {
            span.fail(refused.failure().code().wire());
        }
        span.set(Names.OUTCOME, PendingCommands.word(outcome)).end();
    }

    /** Refusals that are no fault of the sender. */
    private static boolean isFault(ErrorCode code) {
        return switch (code) {
            case INTERNAL, UNAVAILABLE, TIMEOUT -> true;
            default -> false;
        };
    }
}
