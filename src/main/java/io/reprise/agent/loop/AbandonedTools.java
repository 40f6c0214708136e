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
 * The calls of this node that ignore their stop: nobody waits for them any more, and each still has its thread. They are
 * counted for each tool, so that one that never ends cannot gather threads without end. Thread-safe.
 */
public final class AbandonedTools {
    private static final Logger LOG = LoggerFactory.getLogger(AbandonedTools.class);

    private final Map<String, Integer> byTool = new ConcurrentHashMap<>();

    /** Of all tools. */
    public int count() {
        return byTool.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Of one tool. */
    public int count(String tool) {
        return byTool.getOrDefault(tool, 0);
    }

    /** Nobody waits for {@code work} any more; from {@code graceMs} on until its end it counts as abandoned. */
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
