package io.reprise.agent.loop;

import io.reprise.agent.link.RunEvents;
import io.reprise.message.Role;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.ReasoningContent;
import io.reprise.message.log.LogEvent.ReasoningEncryptedValue;
import io.reprise.message.log.LogEvent.ReasoningEnd;
import io.reprise.message.log.LogEvent.ReasoningMessageEnd;
import io.reprise.message.log.LogEvent.ReasoningMessageStart;
import io.reprise.message.log.LogEvent.ReasoningStart;
import io.reprise.message.log.LogEvent.TextContent;
import io.reprise.message.log.LogEvent.TextEnd;
import io.reprise.message.log.LogEvent.TextStart;
import io.reprise.message.log.LogEvent.ToolCallArgs;
import io.reprise.message.log.LogEvent.ToolCallEnd;
import io.reprise.message.log.LogEvent.ToolCallStart;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.Kept;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.IdSource;
import io.reprise.support.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a model's turn as events, and records it for the model's next request. A text or reasoning message ends when
 * something else begins; calls may overlap. The server creates all ids, because those of providers may repeat or be
 * absent.
 */
final class TurnWriter implements ModelSink {
    private static final Logger LOG = LoggerFactory.getLogger(TurnWriter.class);

    /**
     * Limit of calls in one turn. A model that exceeds it, or the limit of text for its next request, is
     * malfunctioning.
     */
    private static final int CALLS_MAX = 128;

    private static final int KEPT_CHARS_MAX = 1 << 20;
    private static final int NAME_BYTES_MAX = 256;

    private final RunEvents events;
    private final IdSource ids;
    private final int stateBytesMax;
    private final List<StringBuilder> spoken = new ArrayList<>();
    private final StringBuilder thoughts = new StringBuilder();
    private final Map<Integer, Call> calls = new LinkedHashMap<>();
    private int spokenChars;
    private String reasoning;
    private String text;
    private String parent;
    private String model;

    /** @param stateBytesMax limit of the provider data that is written to the log */
    TurnWriter(RunEvents events, IdSource ids, int stateBytesMax) {
        this.events = events;
        this.ids = ids;
        this.stateBytesMax = stateBytesMax;
    }

    /** Whose pieces come next: the provider's name for the model. */
    void answeredBy(String model) {
        this.model = model;
    }

    @Override
    public void reasoning(String delta) {
        if (delta.isEmpty()) return;
        if (reasoning == null) beginReasoning();
        thoughts.append(delta);
        events.emit(new ReasoningContent(reasoning, delta));
    }

    @Override
    public void text(String delta) {
        if (delta.isEmpty()) return;
        if (text == null) beginText();
        keep(delta);
        events.emit(new TextContent(text, delta));
    }

    @Override
    public void toolCallStart(int index, String name) {
        endReasoning();
        endText();
        if (calls.size() == CALLS_MAX) throw ModelFailure.modelError("The model asked for too many tools at once.");
        if (parent == null) parent = ids.next("m_"); // All calls of a turn belong to one message.
        Call call = new Call(ids.next("t_"), Texts.wellFormed(Texts.cutToBytes(name, NAME_BYTES_MAX)));
        if (calls.putIfAbsent(index, call) != null) throw new IllegalStateException("this call has begun before");
        events.emit(new ToolCallStart(call.id, call.name, parent));
    }

    @Override
    public void toolCallArguments(int index, String delta) {
        if (delta.isEmpty()) return;
        Call call = call(index);
        if (call.arguments.length() + delta.length() > KEPT_CHARS_MAX) {
            throw ModelFailure.modelError("The arguments of a tool call are too long.");
        }
        call.arguments.append(delta);
        events.emit(new ToolCallArgs(call.id, delta));
    }

    @Override
    public void toolCallEnd(int index) {
        end(call(index));
    }

    /** Ends all open messages and calls. */
    void end() {
        endReasoning();
        endText();
        calls.values().forEach(this::end);
    }

    /** Whether the turn has neither text nor calls. */
    boolean isEmpty() {
        return spoken.isEmpty() && calls.isEmpty();
    }

    /**
     * The complete turn for the model's next request. Provider data is written last, so an incomplete turn has none;
     * data above the limit is only available to the rest of this run.
     */
    Assistant turn(ModelTurn turn) {
        if (bytes(turn) <= stateBytesMax) {
            calls.forEach((index, call) -> {
                String state = turn.callStates().get(index);
                if (state != null) events.emit(ReasoningEncryptedValue.ofToolCall(call.id, state));
            });
            if (turn.state() != null) events.emit(ReasoningEncryptedValue.ofMessage(parent, turn.state()));
        } else {
            LOG.atWarn()
                    .setMessage("provider state too large; dropped")
                    .addKeyValue("bytes", bytes(turn))
                    .log();
        }
        Kept kept = turn.state() == null ? null : new Kept(Texts.wellFormed(thoughts.toString()), turn.state());
        return assistant(turn.callStates(), kept);
    }

    /** What the model has said so far, without provider data. */
    Assistant soFar() {
        return assistant(Map.of(), null);
    }

    private Assistant assistant(Map<Integer, String> callStates, Kept kept) {
        List<ToolRequest> requests = new ArrayList<>();
        calls.forEach((index, call) -> requests.add(new ToolRequest(
                call.id, call.name, Texts.wellFormed(call.arguments.toString()), callStates.get(index))));
        List<String> texts =
                spoken.stream().map(piece -> Texts.wellFormed(piece.toString())).toList();
        return new Assistant(texts, requests, kept);
    }

    private static int bytes(ModelTurn turn) {
        return Stream.concat(Stream.ofNullable(turn.state()), turn.callStates().values().stream())
                .mapToInt(Texts::utf8Bytes)
                .sum();
    }

    private void beginReasoning() {
        endText();
        reasoning = ids.next("m_");
        events.emit(new ReasoningStart(reasoning));
        events.emit(new ReasoningMessageStart(reasoning));
    }

    private void endReasoning() {
        if (reasoning == null) return;
        events.emit(new ReasoningMessageEnd(reasoning));
        events.emit(new ReasoningEnd(reasoning));
        reasoning = null;
    }

    private void beginText() {
        endReasoning();
        text = ids.next("m_");
        parent = text;
        spoken.add(new StringBuilder());
        events.emit(new TextStart(text, Role.ASSISTANT, model == null ? null : MessageMetadata.ofAnswer(model)));
    }

    private void endText() {
        if (text == null) return;
        events.emit(new TextEnd(text));
        text = null;
    }

    private Call call(int index) {
        Call call = calls.get(index);
        if (call == null) throw new IllegalStateException("this call has not begun");
        return call;
    }

    private void end(Call call) {
        if (call.ended) return;
        call.ended = true;
        events.emit(new ToolCallEnd(call.id));
    }

    /**
     * Records text for the model's next request. An extremely long text is shown in full, but the model receives only
     * its beginning again.
     */
    private void keep(String delta) {
        int length = Math.min(KEPT_CHARS_MAX - spokenChars, delta.length());
        spoken.getLast().append(delta, 0, length);
        spokenChars += length;
    }

    private static final class Call {
        final String id;
        final String name;
        final StringBuilder arguments = new StringBuilder();
        boolean ended;

        Call(String id, String name) {
            this.id = id;
            this.name = name;
        }
    }
}
