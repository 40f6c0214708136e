package io.reprise.agent.middleware;

import io.reprise.support.Stopwatch;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.AskingException;

/**
 * Counts the time of tools. It is the innermost middleware, so it counts only what is really done.
 */
public final class Metering implements Middleware {
    private final Metrics metrics;

    public Metering(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public ToolAnswer aroundTool(ToolInput input, ToolStage next) throws InterruptedException {
        Stopwatch watch = Stopwatch.started();
        String outcome = "stopped";
        try {
            ToolAnswer answer = next.run(input);
            outcome = answer.failed() ? "error" : "success";
            return answer;
        } catch (AskingException asking) {
            outcome = "asked";
            throw asking;
        } finally {
            metrics.toolCall(input.tool().name(), outcome, watch.nanos());
        }
    }
}
