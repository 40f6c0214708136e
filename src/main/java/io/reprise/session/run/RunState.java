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

    /** A run that has not ended. */
    sealed interface Active extends RunState {
        Run run();

        default Idle ended() {
            return IDLE;
        }
    }

    /** The last run ended with calls that need decisions of people, which are in {@link Interrupts}. */
    record Waiting() implements RunState {
        Idle over() {
            return IDLE;
        }
    }

    record Idle() implements RunState {
        Starting start(Run run) {
            return new Starting(run);
        }

        /** Leaves the run to the next server. */
        Suspended suspended(Run run) {
            return new Suspended(run);
        }
    }

    /** The beginning of the run is being stored; the agent has not received it. */
    record Starting(Run run) implements Active {
        Running begun() {
            return new Running(run);
        }

        Suspended suspend() {
            return new Suspended(run);
        }
    }

    /** The agent works on the run. */
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

    /** The server stops and no agent works on the run; the next server resumes it. */
    record Suspended(Run run) implements Active {}

    /** The agent was told to stop. The run ends when the agent reports its end, or after the grace period. */
    record Stopping(Run run, Ending ending) implements Active {}

    /**
     * @param agent bus address of the agent
     * @param firstSeq seq of its {@code RUN_STARTED}
     * @param startedMs start by the monotonic clock; for a later attempt it is set back by the earlier duration of the
     *     run
     */
    record Run(String id, int attempt, String agent, long firstSeq, long startedMs) {
        /** The agent's key of this attempt. */
        String key() {
            return RunRequest.key(id, attempt);
        }
    }
}
