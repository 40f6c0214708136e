package io.reprise.session.run;

import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.TokenUsage;
import java.util.List;

/** How a run ends. */
public sealed interface Ending {
    Cancelled CANCELLED = new Cancelled();

    record Succeeded(List<TokenUsage> usage) implements Ending {}

    record Cancelled() implements Ending {}

    /** The run waits for decisions of people. */
    record Interrupted(List<Interrupt> interrupts, List<TokenUsage> usage) implements Ending {}

    record Failed(Failure failure) implements Ending {
        public static Failed of(ErrorCode code, String message) {
            return new Failed(Failure.of(code, message));
        }
    }

    /** The outcome as one word, for the store and {@code lastRun}. */
    default String outcome() {
        return switch (this) {
            case Succeeded s -> "success";
            case Cancelled c -> "cancelled";
            case Interrupted i -> "interrupt";
            case Failed f -> "error";
        };
    }

    /** The terminal event of the run. */
    default LogEvent event(String session, String run) {
        return switch (this) {
            case Succeeded s -> new LogEvent.RunFinished(session, run, LogEvent.Outcome.SUCCESS, s.usage());
            case Cancelled c -> new LogEvent.RunFinished(session, run, LogEvent.Outcome.CANCELLED, null);
            case Interrupted i -> {
                List<Interrupt.Info> infos =
                        i.interrupts().stream().map(Interrupt::info).toList();
                yield new LogEvent.RunFinished(session, run, LogEvent.Outcome.interrupt(infos), i.usage());
            }
            case Failed f ->
                new LogEvent.RunError(f.failure().message(), f.failure().code());
        };
    }

    /** The error code, or null. */
    default ErrorCode code() {
        return this instanceof Failed failed ? failed.failure().code() : null;
    }
}
