package io.reprise.session.run;

import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.OpenItems;
import io.reprise.message.log.OpenItems.OpenCall;
import io.reprise.session.log.LastMessages;
import io.reprise.session.log.MessageTexts;
import io.reprise.session.log.ReadMark;
import io.reprise.session.log.SessionParts;
import io.reprise.session.store.Outline;
import java.util.Collection;

/**
 * What a session's runs write to its log, and what they need to know about it: open items, and the messages that a
 * rewind names.
 */
public final class RunLog {
    private final SessionParts parts;
    private final MessageTexts texts;
    private final ReadMark read;
    private OpenItems open = new OpenItems();
    private LastMessages lastMessages;

    public RunLog(SessionParts parts, Outline outline, ReadMark read) {
        this.parts = parts;
        this.read = read;
        this.texts = new MessageTexts(() -> parts.settings().search().textBytesMax(), read::said);
        this.lastMessages = new LastMessages(outline);
    }

    LastMessages lastMessages() {
        return lastMessages;
    }

    /** A run begins or resumes; only the calls and sub-agents that it takes over are open. */
    void begin(Collection<OpenCall> calls, Collection<String> subagents) {
        open = new OpenItems();
        calls.forEach(open::takeOver);
        subagents.forEach(open::takeOver);
    }

    /** What an orphaned run has left open. */
    void takeOver(OpenItems left) {
        open = left;
    }

    /** Numbers an event of the active run. */
    void number(LogEvent event, String run) {
        open.apply(event);
        numberApart(event, run);
        keepFiles(event);
        texts.apply(event, parts.log().decided(), parts.appends().next());
    }

    /** What a result shows stays, like what a message has. */
    private void keepFiles(LogEvent event) {
        switch (event) {
            case LogEvent.OfSubagent inner -> keepFiles(inner.event());
            case LogEvent.ToolCallResult result ->
                result.content().files().forEach(file -> parts.appends().next().sent(file.attachment()));
            default -> {}
        }
    }

    /** The messages that began after {@code seq} are superseded. */
    void supersede(long seq) {
        parts.appends().unsaidAfter(seq);
        read.rewound(seq, parts.appends().next());
    }

    /** Numbers an event that belongs to no active run. */
    void numberApart(LogEvent event, String run) {
        lastMessages.apply(event);
        parts.log().number(event, run, parts.time().nowMs());
    }

    /** Numbers a user's message within the run. */
    void say(QueuedMessage message, RunOrigin origin, String run) {
        number(new LogEvent.TextStart(message.message(), Role.USER, origin.metadataOf(message)), run);
        if (!message.text().isEmpty()) number(new LogEvent.TextContent(message.message(), message.text()), run);
        number(new LogEvent.TextEnd(message.message()), run);
    }

    /** Closes all open items except {@code kept}. */
    void close(OpenItems.Kept kept, String run) {
        open.close(parts.ids(), kept).forEach(event -> number(event, run));
    }

    /** The log is being cleared. */
    void forget() {
        lastMessages = new LastMessages(Outline.EMPTY);
    }
}
