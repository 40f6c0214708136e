package io.reprise.agent.loop;

import io.reprise.model.ChatModel;
import io.reprise.model.ModelCall;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.support.Stopwatch;
import io.reprise.telemetry.Metrics;

/** A model turn whose duration and outcome are counted in the metrics. */
public record TimedCall(ChatModel model, Metrics metrics) {
    public ModelTurn run(ModelRequest request, ModelSink sink, StopSignal stop) throws InterruptedException {
        ModelCall call = new ModelCall(model, request);
        Stopwatch watch = Stopwatch.started();
        String outcome = "stopped";
        try {
            ModelTurn turn = call.run(sink, stop);
            outcome = "success";
            return turn;
        } catch (ModelFailure failure) {
            outcome = failure.code();
            throw failure;
        } finally {
            metrics.modelCall(model.provider(), model.name(), outcome, watch.nanos());
            call.firstPieceNanos().ifPresent(nanos -> metrics.firstPiece(model.provider(), model.name(), nanos));
        }
    }
}
