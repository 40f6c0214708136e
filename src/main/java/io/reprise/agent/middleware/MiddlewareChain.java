package io.reprise.agent.middleware;

import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.agent.middleware.Middleware.ModelInput;
import io.reprise.agent.middleware.Middleware.ModelStage;
import io.reprise.agent.middleware.Middleware.ToolStage;
import io.reprise.agent.progress.RunProgress;
import io.reprise.model.ModelTurn;
import java.util.List;

/** Combines all middleware of a run; the first is the outermost. */
public final class MiddlewareChain {
    private final List<Middleware> all;

    public MiddlewareChain(List<Middleware> all) {
        this.all = List.copyOf(all);
    }

    public void beforeModel(RunProgress run) throws InterruptedException {
        for (Middleware each : all) each.beforeModel(run);
    }

    public ModelTurn aroundModel(RunProgress run, ModelInput input, ModelStage model) throws InterruptedException {
        ModelStage stage = model;
        for (Middleware each : all.reversed()) {
            ModelStage next = stage;
            stage = given -> each.aroundModel(run, given, next);
        }
        return stage.run(input);
    }

    public List<Call> afterModel(RunProgress run, List<Call> calls) {
        List<Call> result = calls;
        for (Middleware each : all.reversed()) result = each.afterModel(run, result);
        return result;
    }

    public ToolStage aroundTool(ToolStage tool) {
        ToolStage stage = tool;
        for (Middleware each : all.reversed()) {
            ToolStage next = stage;
            stage = given -> each.aroundTool(given, next);
        }
        return stage;
    }
}
