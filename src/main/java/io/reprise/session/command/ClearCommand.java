package io.reprise.session.command;

import io.reprise.message.CommandResult;
import io.reprise.message.ShardMessage.Request;
import io.reprise.session.log.SessionParts;
import io.reprise.session.reading.Replay;
import io.reprise.session.run.Runs;
import io.reprise.session.run.WaitingMessages;

/**
 * Empties a session: its run ends, what waits is dropped, and the append that says so erases every row of the log. The
 * log goes on behind what it was, in a new epoch. Recalls stay.
 */
public final class ClearCommand {
    private final SessionParts parts;
    private final Runs runs;
    private final WaitingMessages waiting;
    private final Replay replay;
    private final SessionTitles titles;

    public ClearCommand(SessionParts parts, Runs runs, WaitingMessages waiting, Replay replay, SessionTitles titles) {
        this.parts = parts;
        this.runs = runs;
        this.waiting = waiting;
        this.replay = replay;
        this.titles = titles;
    }

    void decide(Request request) {
        waiting.clear();
        runs.life().forget();
        // What the two have numbered just now is void like all that was before.
        parts.log().clear();
        parts.appends().next().clear(parts.log().decided());
        replay.clear(parts.ids().next("e_"));
        titles.begunAnew();
        parts.appends().next().decide(request, new CommandResult.Done());
        runs.life().startNext();
    }
}
