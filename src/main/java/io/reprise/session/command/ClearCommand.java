package io.reprise.session.command;

import io.reprise.message.CommandResult;
import io.reprise.message.ShardMessage.Request;
import io.reprise.session.log.ReadMark;
import io.reprise.session.log.SessionParts;
import io.reprise.session.reading.Replay;
import io.reprise.session.run.Runs;
import io.reprise.session.run.WaitingMessages;

/**
 * Clears a session: its run ends, waiting messages are dropped, and one append erases every row of the log. Numbering
 * continues, in a new epoch. Recalls stay.
 */
public final class ClearCommand {
    private final SessionParts parts;
    private final Runs runs;
    private final WaitingMessages waiting;
    private final Replay replay;
    private final SessionTitles titles;
    private final ReadMark read;

    public ClearCommand(
            SessionParts parts,
            Runs runs,
            WaitingMessages waiting,
            Replay replay,
            SessionTitles titles,
            ReadMark read) {
        this.parts = parts;
        this.runs = runs;
        this.waiting = waiting;
        this.replay = replay;
        this.titles = titles;
        this.read = read;
    }

    void decide(Request request) {
        waiting.clear();
        runs.life().forget();
        // The events that these two have just numbered are erased, too.
        parts.log().clear();
        parts.appends().next().clear(parts.log().decided());
        replay.clear(parts.ids().next("e_"));
        read.cleared(parts.log().decided(), parts.appends().next());
        titles.begunAnew();
        parts.appends().next().decide(request, new CommandResult.Done());
        runs.life().startNext();
    }
}
