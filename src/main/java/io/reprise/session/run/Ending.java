package io.reprise.session.run;

import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.RunUsage;
import java.util.List;

/** How a run ends. */
public sealed interface Ending {
    Cancelled CANCELLED = new Cancelled(RunUsage.UNKNOWN);

    /** What the run has used. */
    RunUsage usage();

    record Succeeded(RunUsage usage) implements Ending {}

    record Cancelled(RunUsage usage) implements Ending {}

    /** The run waits for decisions of people, or for results of its client. */
    record Interrupted(List<Interrupt> interrupts, RunUsage usage) implements Ending {}

    record Failed(Failure failure, RunUsage usage) implements Ending {
        public static Failed of(ErrorCode code, String message) {
            return new Failed(Failure.of(code, message), RunUsage.UNKNOWN);
        }
    }

    /** The outcome as one word, for the store and {@code lastRun}. */
    default String outcome() {
        return switch (this) {
            case Succeeded s -> "success";
            case Cancelled c -> "cancelled";
            case Interrupted i -> i.interrupts().stream().allMatch(Interrupt::isOfClient) ? "success" : "interrupt";
            case Failed f -> "error";
        };
    }

    /** The terminal event of the run. */
    default LogEvent event(String session, String run) {
        return switch (this) {
            case Succeeded s -> finished(session, run, LogEvent.Outcome.SUCCESS);
            case Cancelled c -> finished(session, run, LogEvent.Outcome.CANCELLED);
            case Interrupted i -> finished(session, run, LogEvent.Outcome.waiting(i.interrupts()));
            case Failed f ->
                new LogEvent.RunError(f.failure().message(), f.failure().code(), usage().reported(), usage().context());
        };
    }

    private LogEvent finished(String session, String run, LogEvent.Outcome outcome) {
        return new LogEvent.RunFinished(session, run, outcome, usage().reported(), usage().context());
    }

    /** The same ending, with what the agent reports of the run's use. */
    default Ending using(RunUsage its) {
        return switch (this) {
            case Succeeded s -> new Succeeded(its);
            case Cancelled c -> new Cancelled(its);
            case Interrupted i -> new Interrupted(i.interrupts(), its);
            case Failed f -> new Failed(f.failure(), its);
        };
    }

    /** The error code, or null. */
    default ErrorCode code() {
        return this instanceof Failed failed ? failed.failure().code() : null;
    }
}
