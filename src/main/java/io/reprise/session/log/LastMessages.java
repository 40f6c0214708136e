package io.reprise.session.log;

import io.reprise.message.log.LogEvent;
import io.reprise.session.store.Outline;
import io.reprise.session.store.RunRow;

/** The messages at the end of the log that a rewind may have to name. */
public final class LastMessages {
    private String last;
    private String beforeRun;

    public LastMessages(Outline outline) {
        last = outline.lastMessage();
        beforeRun = outline.beforeRun();
    }

    public void apply(LogEvent event) {
        switch (event) {
            case LogEvent.TextStart e -> last = e.messageId();
            case LogEvent.ReasoningMessageStart e -> last = e.messageId();
            case LogEvent.ToolCallResult e -> last = e.messageId();
            case LogEvent.Custom(String name, LogEvent.Voiding voiding) -> last = voiding.lastMessage();
            case LogEvent other -> {}
        }
    }

    public String beforeRun() {
        return beforeRun;
    }

    /** Not called when a run resumes another one, because a rewind then supersedes that one, too. */
    public void runBegins() {
        beforeRun = last;
    }

    /**
     * A run resumes one that may not be the last.
     *
     * @param before the last message before that run
     */
    public void goesOn(String before) {
        beforeRun = before;
    }

    /** The event that supersedes the run that began last, the runs that it resumes, and all later events. */
    public LogEvent.HistoryRewound toBefore(RunRow run) {
        return new LogEvent.HistoryRewound(run.progress().rootSeq() - 1, beforeRun);
    }
}
