package io.reprise.session.fork;

import io.reprise.history.ChatMessage;
import io.reprise.history.Conversation;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The source of a fork: the conversation of a log, and what the log says about its runs. Rows are given in order. For a
 * superseded message, the conversation is the one just before it was superseded.
 */
public final class ForkSource {
    private final String wanted;
    private final Conversation conversation = new Conversation();
    private final Map<String, Chain> chains = new HashMap<>();
    private long first = Long.MAX_VALUE;
    private List<ChatMessage> messages;
    private long version;

    /** @param wanted the message that the fork is to end with; null: none by name */
    ForkSource(String wanted) {
        this.wanted = wanted;
    }

    /** A source that was not read: these messages of one run, which has succeeded. */
    static ForkSource of(List<ChatMessage> messages, LogEvent.RunStarted start, long atMs) {
        ForkSource source = new ForkSource(null);
        source.messages = List.copyOf(messages);
        Chain chain = new Chain(start.runId(), start.metadata(), atMs);
        chain.end = new LogEvent.RunFinished(start.threadId(), start.runId(), LogEvent.Outcome.SUCCESS, null);
        chain.endedMs = atMs;
        source.chains.put(start.runId(), chain);
        return source;
    }

    /** A run with the runs that resumed it: a fork treats them as one run. */
    static final class Chain {
        private final String run;
        private final LogEvent.RunMetadata metadata;
        private final long startedMs;
        private LogEvent.Terminal end;
        private long endedMs;

        private Chain(String run, LogEvent.RunMetadata metadata, long startedMs) {
            this.run = run;
            this.metadata = metadata;
            this.startedMs = startedMs;
        }

        /** The id of the first run. */
        String run() {
            return run;
        }

        LogEvent.RunMetadata metadata() {
            return metadata;
        }

        long startedMs() {
            return startedMs;
        }

        /** The end of the last run, or null while that is active. */
        LogEvent.Terminal end() {
            return end;
        }

        long endedMs() {
            return endedMs;
        }
    }

    void apply(LogRow row) {
        if (version > 0) return;
        if (makesWantedVoid(row)) {
            version = row.from() - 1;
            return;
        }
        messages = null;
        first = Math.min(first, row.from());
        conversation.apply(row);
        switch (row.type()) {
            case "RUN_STARTED" -> started(row, (LogEvent.RunStarted) EventJson.parse(row.json(0, row.seq())));
            case "RUN_FINISHED", "RUN_ERROR" -> ended(row, (LogEvent.Terminal) EventJson.parse(row.json(0, row.seq())));
            default -> {}
        }
    }

    private boolean makesWantedVoid(LogRow row) {
        if (wanted == null || !row.type().equals("CUSTOM")) return false;
        return EventJson.parse(row.json(0, row.seq())) instanceof LogEvent.Custom custom
                && custom.value() instanceof LogEvent.Voiding voiding
                && conversation.beginningOf(wanted).orElse(0) > voiding.toSeq();
    }

    private void started(LogRow row, LogEvent.RunStarted start) {
        String resumes = start.metadata().resumes();
        Chain chain = resumes == null ? null : chains.get(resumes);
        if (chain == null) chain = new Chain(start.runId(), start.metadata(), row.atMs());
        chain.end = null;
        chains.put(start.runId(), chain);
    }

    private void ended(LogRow row, LogEvent.Terminal end) {
        Chain chain = chains.get(row.run());
        if (chain == null) return;
        chain.end = end;
        chain.endedMs = row.atMs();
    }

    /** The messages that are complete and not superseded, in order. Call this after all rows were given. */
    List<ChatMessage> messages() {
        if (messages == null) messages = conversation.messages();
        return messages;
    }

    /** Where the wanted message is void: the last event at which it was not. Else 0. */
    long version() {
        return version;
    }

    /** Null for a run whose beginning was not given. */
    Chain chain(String run) {
        return run == null ? null : chains.get(run);
    }

    /** The first event of the log; {@code Long.MAX_VALUE} if the log is empty. */
    long first() {
        return first;
    }
}
