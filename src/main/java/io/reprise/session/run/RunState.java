package io.reprise.session.run;

import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Interrupt;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.TokenUsage;
import java.util.List;

/**
 * Where a session's one run stands. Only the legal transitions exist as methods.
 *
 * <pre>
 *   Idle --start--> Starting --begun--> Running --stop--> Stopping
 *    ^                 |                  |   |                 |
 *    +-----------------+----- ended ------+---|-----------------+
 *    |                                        |waits
 *    +--over-- Waiting &lt;----------------------+
 *              |     ^
 *              +-----+ resolved
 * </pre>
 *
 * While the server stops, {@code Starting} and {@code Running} become {@code Suspended}, and so does {@code Idle} when a run
 * is found that is to go on later. A suspended run can only end.
 */
public sealed interface RunState {
    Idle IDLE = new Idle();

    /** A run that is not over. */
    sealed interface Active extends RunState {
        Run run();

        default Idle ended() {
            return IDLE;
        }
    }

    /**
     * Its last run ended with calls that people are to decide about; they are what the next one goes on with.
     *
     * @param interrupts all of that run, the resolved ones too
     */
    record Waiting(List<Interrupt> interrupts) implements RunState {
        List<Interrupt> open() {
            return interrupts.stream().filter(Interrupt::isOpen).toList();
        }

        /** With one that was open and is not any more. */
        Waiting resolved(Interrupt one) {
            return new Waiting(interrupts.stream()
                    .map(known -> known.id().equals(one.id()) ? one : known)
                    .toList());
        }

        /** Nobody needs to decide any more. */
        Idle over() {
            if (!open().isEmpty()) throw new IllegalStateException("some are still open");
            return IDLE;
        }
    }

    record Idle() implements RunState {
        Starting start(Run run) {
            return new Starting(run);
        }

        /** Left as it is for the next server. */
        Suspended suspended(Run run) {
            return new Suspended(run);
        }
    }

    /** Its beginning is on its way to the store; the agent knows nothing of it. */
    record Starting(Run run) implements Active {
        Running begun(AgentLink link) {
            return new Running(run, link);
        }

        Suspended suspend() {
            return new Suspended(run);
        }
    }

    /** The agent works on it. */
    record Running(Run run, AgentLink link) implements Active {
        Stopping stop(Ending ending) {
            return new Stopping(run, link, ending);
        }

        Waiting waits(List<Interrupt> interrupts) {
            return new Waiting(interrupts);
        }

        Suspended suspend() {
            return new Suspended(run);
        }
    }

    /** The server stops and nobody works on it any more: the next one goes on with it. */
    record Suspended(Run run) implements Active {}

    /** The agent was told to stop; the run ends when it reports, or when its time of grace is over. */
    record Stopping(Run run, AgentLink link, Ending ending) implements Active {}

    /**
     * @param agent the address of the one agent that works on it
     * @param firstSeq of its {@code RUN_STARTED}
     * @param startedMs of the monotonic clock; for a later attempt it lies back by the age that the run had by then
     */
    record Run(String id, int attempt, String agent, long firstSeq, long startedMs) {
        /** What its agent calls this attempt. */
        String key() {
            return RunRequest.key(id, attempt);
        }
    }

    /** How a run ends. */
    sealed interface Ending {
        Cancelled CANCELLED = new Cancelled();

        record Succeeded(List<TokenUsage> usage) implements Ending {}

        record Cancelled() implements Ending {}

        /** It waits for people. */
        record Interrupted(List<Interrupt> interrupts, List<TokenUsage> usage) implements Ending {}

        record Failed(Failure failure) implements Ending {
            public static Failed of(ErrorCode code, String message) {
                return new Failed(Failure.of(code, message));
            }
        }

        /** The one-word name that the store and {@code lastRun} use. */
        default String outcome() {
            return switch (this) {
                case Succeeded s -> "success";
                case Cancelled c -> "cancelled";
                case Interrupted i -> "interrupt";
                case Failed f -> "error";
            };
        }

        /** The run's terminal event. */
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

        /** The error's code, or null. */
        default ErrorCode code() {
            return this instanceof Failed failed ? failed.failure().code() : null;
        }
    }
}
