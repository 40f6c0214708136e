package io.reprise.agent;

import io.reprise.message.LogEvent.ReasoningContent;
import io.reprise.message.LogEvent.ReasoningEnd;
import io.reprise.message.LogEvent.ReasoningMessageEnd;
import io.reprise.message.LogEvent.ReasoningMessageStart;
import io.reprise.message.LogEvent.ReasoningStart;
import io.reprise.message.LogEvent.TextContent;
import io.reprise.message.LogEvent.TextEnd;
import io.reprise.message.LogEvent.TextStart;
import io.reprise.message.LogEvent.ToolCallArgs;
import io.reprise.message.LogEvent.ToolCallEnd;
import io.reprise.message.LogEvent.ToolCallStart;
import io.reprise.message.Role;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelSink;
import io.reprise.support.IdSource;
import io.reprise.support.Texts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a model's turn as events, and keeps it for the next one. A text or a reasoning is ended as soon as something
 * else begins; calls may overlap. Ids are ours: providers repeat theirs, or have none.
 */
final class TurnWriter implements ModelSink {
    /** More calls than that in one turn, or longer texts for the next one, are a model gone astray. */
    private static final int CALLS_MAX = 128;

    private static final int KEPT_CHARS_MAX = 1 << 20;
    private static final int NAME_BYTES_MAX = 256;

    private final RunEvents events;
    private final IdSource ids;
    private final StringBuilder spoken = new StringBuilder();
    private final Map<Integer, Call> calls = new LinkedHashMap<>();
    private String reasoning;
    private String text;
    private String parent;

    TurnWriter(RunEvents events, IdSource ids) {
        this.events = events;
        this.ids = ids;
    }

    @Override
    public void reasoning(String delta) {
        if (delta.isEmpty()) return;
        if (reasoning == null) beginReasoning();
        events.emit(new ReasoningContent(reasoning, delta));
    }

    @Override
    public void text(String delta) {
        if (delta.isEmpty()) return;
        if (text == null) beginText();
        keep(delta, spoken);
        events.emit(new TextContent(text, delta));
    }

    @Override
    public void toolCallStart(int index, String name) {
        endReasoning();
        endText();
        if (calls.size() == CALLS_MAX) throw ModelFailure.modelError("The model asked for too many tools at once.");
        if (parent == null) parent = ids.next("m_"); // The calls of one turn are one message, also without a text.
        Call call = new Call(ids.next("t_"), Texts.wellFormed(Texts.cutToBytes(name, NAME_BYTES_MAX)));
        if (calls.putIfAbsent(index, call) != null) throw new IllegalStateException("this call has begun before");
        events.emit(new ToolCallStart(call.id, call.name, parent));
    }

    @Override
    public void toolCallArguments(int index, String delta) {
        if (delta.isEmpty()) return;
        Call call = call(index);
        if (call.arguments.length() + delta.length() > KEPT_CHARS_MAX) {
            throw ModelFailure.modelError("The model called a tool with too much text.");
        }
        call.arguments.append(delta);
        events.emit(new ToolCallArgs(call.id, delta));
    }

    @Override
    public void toolCallEnd(int index) {
        end(call(index));
    }

    /** Ends whatever is open. */
    void end() {
        endReasoning();
        endText();
        calls.values().forEach(this::end);
    }

    /** Whether there was neither text nor a call. */
    boolean isEmpty() {
        return spoken.isEmpty() && calls.isEmpty();
    }

    /** The turn as the model's next one shall see it. */
    Assistant turn() {
        List<ToolRequest> requests = calls.values().stream()
                .map(call -> new ToolRequest(call.id, call.name, Texts.wellFormed(call.arguments.toString())))
                .toList();
        return new Assistant(Texts.wellFormed(spoken.toString()), requests);
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
        events.emit(new TextStart(text, Role.ASSISTANT, null));
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

    /** A text beyond all measure is shown in full, but the model sees only its beginning again. */
    private static void keep(String delta, StringBuilder kept) {
        int room = KEPT_CHARS_MAX - kept.length();
        kept.append(delta, 0, Math.min(room, delta.length()));
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
