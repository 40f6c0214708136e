package io.reprise.session.run;

import io.reprise.session.log.SessionParts;
import io.reprise.session.store.Loaded;
import java.util.List;

/** The runs of a session, one at a time: the current one, how runs start, and how they proceed and end. */
public record Runs(RunSlot slot, RunStarts starts, RunLife life) {
    public static Runs of(
            SessionParts parts,
            RunLog log,
            WaitingMessages waiting,
            List<String> agents,
            Loaded loaded,
            RunListener listener) {
        RunSlot slot = new RunSlot(parts, loaded);
        RunStarts starts = new RunStarts(parts, slot, log, agents, loaded, listener);
        return new Runs(slot, starts, new RunLife(parts, slot, starts, log, waiting, listener));
    }
}
