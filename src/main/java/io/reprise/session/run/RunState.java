package io.reprise.session.run;

import io.reprise.message.AgentMessage.RunRequest;

/**
 * Where a session's one run stands. Only the legal transitions exist as methods.
 *
 * <pre>
 *   Idle --start--> Starting --begun--> Running --stop--> Stopping
 *    ^                 |                  |   |                 |
 *    +-----------------+----- ended ------+---|-----------------+
 *    |                                        |waits
 *    +--over-- Waiting &lt;----------------------+
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

    /** Its last run ended with calls that people have to decide about: {@link Interrupts} has them. */
    record Waiting() implements RunState {
        Idle over() {
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
        Running begun() {
            return new Running(run);
        }

        Suspended suspend() {
            return new Suspended(run);
        }
    }

    /** The agent works on it. */
    record Running(Run run) implements Active {
        Stopping stop(Ending ending) {
            return new Stopping(run, ending);
        }

        Waiting waits() {
            return new Waiting();
        }

        Suspended suspend() {
            return new Suspended(run);
        }
    }

    /** The server stops and nobody works on it now: the next one goes on with it. */
    record Suspended(Run run) implements Active {}

    /** The agent was told to stop; the run ends when it reports, or when its grace period is over. */
    record Stopping(Run run, Ending ending) implements Active {}

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
}
