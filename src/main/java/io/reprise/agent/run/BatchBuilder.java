package io.reprise.agent.run;

import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.Delta;
import io.reprise.message.log.LogEvent.OfSubagent;
import io.reprise.message.log.LogEvent.ReasoningContent;
import io.reprise.message.log.LogEvent.ReasoningEncryptedValue;
import io.reprise.message.log.LogEvent.ReasoningMessageEnd;
import io.reprise.message.log.LogEvent.TextContent;
import io.reprise.message.log.LogEvent.TextEnd;
import io.reprise.message.log.LogEvent.ToolCallArgs;
import io.reprise.message.log.LogEvent.ToolCallEnd;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.message.log.LogEvent.ToolCallStart;
import io.reprise.support.Texts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds batches: merges neighbouring deltas of one message, and replaces characters that the log cannot store. Half
 * of a surrogate pair at the end of a delta is held back for the next delta of its message, also across batches.
 */
final class BatchBuilder {
    /** Size of an event without its text, in bytes. */
    private static final int EVENT_BYTES = 64;

    private final int eventsMax;
    private final int bytesMax;
    private final Map<String, Character> halves = new HashMap<>();
    private final List<LogEvent> events = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private Delta merging;
    private String lastTarget = "";
    private int count;
    private int bytes;
    private boolean prompt;

    /** @param eventsMax most events in a batch, counted before deltas are merged */
    BatchBuilder(int eventsMax, int bytesMax) {
        this.eventsMax = eventsMax;
        this.bytesMax = bytesMax;
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count >= eventsMax || bytes >= bytesMax;
    }

    /**
     * Whether the batch must be sent immediately: it contains the first delta of a message, or an event that is not a
     * delta.
     */
    boolean isPrompt() {
        return prompt;
    }

    /** Any event fits into an empty batch. */
    boolean hasRoomFor(LogEvent event) {
        return isEmpty() || (!isFull() && bytes + weight(event) <= bytesMax);
    }

    void add(LogEvent event) {
        if (event instanceof Delta delta) {
            addText(delta, whole(delta));
            return;
        }
        Delta end = endOf(event);
        if (end != null && halves.remove(end.target()) != null) addText(end, end.delta());
        closeMerging();
        events.add(wellFormed(event));
        count++;
        bytes += weight(event);
        prompt = true;
    }

    /** Returns the current batch and begins the next one. */
    List<LogEvent> take() {
        closeMerging();
        List<LogEvent> batch = List.copyOf(events);
        clear();
        return batch;
    }

    void clear() {
        events.clear();
        text.setLength(0);
        merging = null;
        count = 0;
        bytes = 0;
        prompt = false;
    }

    private void addText(Delta delta, String piece) {
        if (piece.isEmpty()) return;
        if (!continues(delta)) {
            closeMerging();
            merging = delta;
        }
        text.append(piece);
        count++;
        bytes += Texts.utf8Bytes(piece);
        if (!delta.target().equals(lastTarget)) prompt = true;
        lastTarget = delta.target();
    }

    /** The delta's text, preceded by the half that was held back before, and without the unpaired half at its end. */
    private String whole(Delta delta) {
        String piece = delta.delta();
        Character half = halves.isEmpty() ? null : halves.remove(delta.target());
        if (half != null) piece = half + piece;
        int last = piece.length() - 1;
        if (last >= 0 && Character.isHighSurrogate(piece.charAt(last))) {
            halves.put(delta.target(), piece.charAt(last));
            piece = piece.substring(0, last);
        }
        return Texts.wellFormed(piece);
    }

    private boolean continues(Delta delta) {
        return merging != null
                && merging.type().equals(delta.type())
                && merging.target().equals(delta.target());
    }

    private void closeMerging() {
        if (merging == null) return;
        events.add(merging.withText(text.toString()));
        text.setLength(0);
        merging = null;
    }

    /** If the event ends a text whose surrogate pair is incomplete: a delta with the replacement character. */
    private static Delta endOf(LogEvent event) {
        if (event instanceof OfSubagent its) {
            Delta end = endOf(its.event());
            return end == null ? null : (Delta) end.of(its.subagentRunId());
        }
        String replacement = "\uFFFD";
        if (event instanceof TextEnd end) return new TextContent(end.messageId(), replacement);
        if (event instanceof ReasoningMessageEnd end) return new ReasoningContent(end.messageId(), replacement);
        if (event instanceof ToolCallEnd end) return new ToolCallArgs(end.toolCallId(), replacement);
        return null;
    }

    private static LogEvent wellFormed(LogEvent event) {
        if (event instanceof OfSubagent its) return wellFormed(its.event()).of(its.subagentRunId());
        if (event instanceof ToolCallResult e) {
            return new ToolCallResult(e.messageId(), e.toolCallId(), e.content().wellFormed(), e.role(), e.metadata());
        }
        if (event instanceof ToolCallStart e) {
            return new ToolCallStart(e.toolCallId(), Texts.wellFormed(e.toolCallName()), e.parentMessageId());
        }
        if (event instanceof ReasoningEncryptedValue e) {
            return new ReasoningEncryptedValue(e.subtype(), e.entityId(), Texts.wellFormed(e.encryptedValue()));
        }
        return event;
    }

    private static int weight(LogEvent event) {
        if (event instanceof OfSubagent its) return weight(its.event());
        if (event instanceof Delta delta) return Texts.utf8Bytes(Texts.wellFormed(delta.delta()));
        if (event instanceof ToolCallResult result)
            return EVENT_BYTES + result.content().bytes();
        if (event instanceof ReasoningEncryptedValue e) return EVENT_BYTES + Texts.utf8Bytes(e.encryptedValue());
        return EVENT_BYTES;
    }
}
