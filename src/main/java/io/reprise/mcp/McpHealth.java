package io.reprise.mcp;

import io.reprise.config.mcp.McpSettings;
import io.reprise.mcp.channel.McpFailure;
import io.reprise.support.Current;
import io.reprise.support.OwnThread;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.support.Stopwatch;
import io.reprise.support.WallClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether servers work. A check that says something else than before is confirmed: two of three must agree, with a pause
 * between them, so that one lost packet is no news. Thread-safe.
 */
public final class McpHealth {
    private static final Logger log = LoggerFactory.getLogger(McpHealth.class);

    private final McpServers servers;
    private final Current<McpSettings.Check> settings;
    private final WallClock time;
    private final Consumer<Change> changed;
    private final StopSignal stop = new StopSignal();
    private final Map<String, Checked> last = new ConcurrentHashMap<>();
    private final Map<String, Boolean> healthy = new ConcurrentHashMap<>();

    /** @param healthy since now */
    public record Change(String server, boolean healthy) {}

    /**
     * What one check has found.
     *
     * @param error why the server does not work; null if it does
     * @param ms how long the check took
     * @param at when it ended
     */
    public record Checked(String error, long ms, long at) {
        public boolean works() {
            return error == null;
        }
    }

    /** @param changed is told each change once */
    public McpHealth(
            McpServers servers, Current<McpSettings.Check> settings, WallClock time, Consumer<Change> changed) {
        this.servers = servers;
        this.settings = settings;
        this.time = time;
        this.changed = changed;
    }

    /** Whether the server works, as far as that is confirmed; empty before the first check. */
    Optional<Boolean> of(String server) {
        return Optional.ofNullable(healthy.get(server));
    }

    Optional<Checked> lastCheck(String server) {
        return Optional.ofNullable(last.get(server));
    }

    /** Checks all servers, some at the same time. Completes with their number. */
    public CompletableFuture<Integer> checkAll() {
        List<McpServer> all = servers.all();
        List<String> names = all.stream().map(McpServer::name).toList();
        healthy.keySet().retainAll(names);
        last.keySet().retainAll(names);
        Queue<McpServer> waiting = new ConcurrentLinkedQueue<>(all);
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int i = 0; i < Math.min(all.size(), settings.get().atOnceMax()); i++) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            workers.add(done);
            start(() -> {
                try {
                    for (McpServer next = waiting.poll(); next != null; next = waiting.poll()) {
                        confirm(next, checked(next));
                    }
                } catch (StoppedException | InterruptedException e) {
                    // The end.
                } finally {
                    done.complete(null);
                }
            });
        }
        return CompletableFuture.allOf(workers.toArray(CompletableFuture[]::new))
                .thenApply(nothing -> all.size());
    }

    /** Checks one server now. A result that changes something is confirmed in the background. */
    CompletableFuture<Checked> check(McpServer server) {
        CompletableFuture<Checked> first = new CompletableFuture<>();
        start(() -> {
            try {
                Checked checked = checked(server);
                first.complete(checked);
                confirm(server, checked);
            } catch (StoppedException | InterruptedException e) {
                first.completeExceptionally(e);
            }
        });
        return first;
    }

    private void confirm(McpServer server, Checked first) throws InterruptedException {
        Boolean before = healthy.get(server.name());
        if (before != null && before == first.works()) return;
        if (before == null && first.works()) {
            healthy.put(server.name(), true); // That it works from the beginning is no news.
            return;
        }
        long pause = TimeUnit.MILLISECONDS.toNanos(settings.get().pauseMs());
        stop.sleep(pause);
        Checked second = checked(server);
        if (second.works() != first.works()) {
            stop.sleep(pause);
            second = checked(server);
        }
        if (second.works() == first.works()) changed(server, first.works());
        else if (before == null) healthy.put(server.name(), second.works());
    }

    private void changed(McpServer server, boolean works) {
        Boolean before = healthy.put(server.name(), works);
        if (before != null && before == works) return; // Another check was faster.
        log.atInfo()
                .addKeyValue("server", server.name())
                .addKeyValue("healthy", works)
                .log("the state of an MCP server has changed");
        changed.accept(new Change(server.name(), works));
    }

    private Checked checked(McpServer server) throws InterruptedException {
        Stopwatch watch = Stopwatch.started();
        String error = error(server);
        Checked checked = new Checked(error, watch.ms(), time.nowMs());
        last.put(server.name(), checked);
        return checked;
    }

    private String error(McpServer server) throws InterruptedException {
        int timeMs = settings.get().timeMs();
        OwnThread<Void> work = OwnThread.start("mcp check " + server.name(), stop, own -> {
            server.check(own);
            return null;
        });
        try {
            work.await(TimeUnit.MILLISECONDS.toNanos(timeMs));
            return null;
        } catch (TimeoutException e) {
            work.stop(Reason.TIME_LIMIT);
            return "The server did not answer within " + timeMs + " ms.";
        } catch (ExecutionException e) {
            stop.throwIfStopped();
            return e.getCause() instanceof McpFailure failure ? failure.getMessage() : "The check failed.";
        }
    }

    private static void start(Runnable work) {
        Thread.ofVirtual().name("mcp health").start(work);
    }

    /** Ends all checks. */
    public void close() {
        stop.stop(Reason.SHUTDOWN);
    }
}
