package io.reprise.agent;

import io.reprise.model.ChatModel;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A model with prepared turns; after the last it repeats the last. Records its requests. */
public final class ScriptedModel implements ChatModel {
    public final List<ModelRequest> requests = new CopyOnWriteArrayList<>();
    private final List<Turn> turns;

    public interface Turn {
        ModelTurn play(ModelSink sink, StopSignal stop) throws InterruptedException;
    }

    public ScriptedModel(Turn... turns) {
        this.turns = List.of(turns);
    }

    public static Turn says(String... pieces) {
        return (sink, stop) -> {
            for (String piece : pieces) sink.text(piece);
            return new ModelTurn(10, pieces.length);
        };
    }

    /** Calls each tool, named before the first space, with the arguments behind it. */
    public static Turn calls(String... calls) {
        return (sink, stop) -> {
            for (int i = 0; i < calls.length; i++) {
                String[] parts = calls[i].split(" ", 2);
                sink.toolCallStart(i, parts[0]);
                sink.toolCallArguments(i, parts.length > 1 ? parts[1] : "");
                sink.toolCallEnd(i);
            }
            return new ModelTurn(10, calls.length);
        };
    }

    /** What it was told in its second turn, in the order of its calls. */
    public List<String> outcomes() {
        return outcomes(requests.get(1));
    }

    /** The results of calls that a request contains. */
    public static List<String> outcomes(ModelRequest request) {
        return request.messages().stream()
                .filter(ToolOutcome.class::isInstance)
                .map(message -> ((ToolOutcome) message).content().text())
                .toList();
    }

    @Override
    public String provider() {
        return "test";
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException {
        requests.add(request);
        return turns.get(Math.min(requests.size(), turns.size()) - 1).play(sink, stop);
    }
}
