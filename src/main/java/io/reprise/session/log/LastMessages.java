package io.reprise.session.log;

import io.reprise.message.log.LogEvent;
import io.reprise.session.store.Outline;
import io.reprise.session.store.RunRow;

/** The messages at the end of the log, as far as a rewind has to name them. */
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

    /** Not when a run goes on with another one: it is that one that a rewind is to make void. */
    public void runBegins() {
        beforeRun = last;
    }

    /** A run goes on with one that need not have been the last; {@code before} is the last message before that. */
    public void goesOn(String before) {
        beforeRun = before;
    }

    /** What makes the run that began last void, with those that it goes on with, and all that came behind. */
    public LogEvent.HistoryRewound toBefore(RunRow run) {
        return new LogEvent.HistoryRewound(run.progress().rootSeq() - 1, beforeRun);
    }
}
