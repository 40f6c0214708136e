package io.reprise.agent.loop;

import io.reprise.support.OwnThread;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the tool calls of this node that ignore their stop. Nothing waits for their results any more, but each still
 * occupies its thread. They are counted per tool, so that the number of threads of a tool that never ends can be
 * limited. Thread-safe.
 */
public final class AbandonedTools {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedTools.class);

    private final Map<String, Integer> byTool = new ConcurrentHashMap<>();

    /** Number of abandoned calls of all tools. */
    public int count() {
        return byTool.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Number of abandoned calls of one tool. */
    public int count(String tool) {
        return byTool.getOrDefault(tool, 0);
    }

    /**
     * Counts {@code work}, whose result is not needed any more, as abandoned if it has not ended after {@code graceMs},
     * until it ends.
     */
    void watch(String tool, OwnThread<?> work, long graceMs) {
        if (work.hasEnded()) return;
        Executor later = CompletableFuture.delayedExecutor(graceMs, TimeUnit.MILLISECONDS);
        later.execute(() -> countUntilEnd(tool, work));
    }

    private void countUntilEnd(String tool, OwnThread<?> work) {
        if (work.hasEnded()) return;
        int abandoned = byTool.merge(tool, 1, Integer::sum);
        LOG.atWarn()
                .setMessage("a tool ignored its stop and was left behind")
                .addKeyValue("tool", tool)
                .addKeyValue("abandoned", abandoned)
                .log();
        work.onEnd(() -> byTool.computeIfPresent(tool, (name, count) -> count == 1 ? null : count - 1));
    }
}
