package io.reprise.telemetry.loop;

import io.reprise.config.WatchSettings;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.Vitals;
import io.reprise.telemetry.Warnings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the event loops of a Vert.x. A thread of its own warns while a loop is blocked, because the loop cannot, and
 * names what it is doing.
 */
public final class LoopWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LoopWatch.class);
    private static final int LOOK_MS_MIN = 20;
    private static final int LOOK_MS_MAX = 500;
    private static final int FRAMES_MAX = 12;

    private final List<LoopProbe> probes;
    private final Current<WatchSettings> settings;
    private final MonotonicClock clock;
    private final Metrics metrics;
    private final Warnings warnings;
    private final long[] warnedAtTick;
    private final Thread thread;

    /** @param loops how many event loops this Vert.x has */
    public LoopWatch(int loops, Current<WatchSettings> settings, MonotonicClock clock, Metrics metrics) {
        this.probes =
                IntStream.range(0, loops).mapToObj(i -> new LoopProbe(clock)).toList();
        this.settings = settings;
        this.clock = clock;
        this.metrics = metrics;
        this.warnings = new Warnings(settings.map(WatchSettings::warnEveryMs), clock);
        this.warnedAtTick = new long[loops];
        Arrays.fill(warnedAtTick, -1);
        this.thread = Thread.ofPlatform().daemon().name("reprise-loops").unstarted(this::watch);
    }

    /** Begins to watch. Vert.x gives each probe the next of its loops. */
    public Future<Void> start(Vertx vertx) {
        List<Future<String>> deployed = new ArrayList<>();
        probes.forEach(probe -> deployed.add(vertx.deployVerticle(probe)));
        metrics.level(
                "reprise.loop.lag.seconds",
                "Longest delay of a task on an event loop within the last seconds",
                () -> probes.stream().mapToLong(this::lagMs).max().orElse(0) / 1_000.0);
        return Future.all(deployed).onSuccess(all -> thread.start()).mapEmpty();
    }

    /** How late each loop is. */
    public List<Vitals.Loop> loops() {
        return probes.stream()
                .filter(probe -> probe.thread() != null)
                .map(probe -> new Vitals.Loop(probe.thread().getName(), lagMs(probe)))
                .toList();
    }

    private long lagMs(LoopProbe probe) {
        return probe.thread() == null ? 0 : Math.max(0, probe.lagMs(clock.elapsedMs()));
    }

    private void watch() {
        try {
            while (true) {
                int limitMs = settings.get().blockedLoopMs();
                Thread.sleep(Math.clamp(limitMs / 4, LOOK_MS_MIN, LOOK_MS_MAX));
                if (limitMs > 0) for (int i = 0; i < probes.size(); i++) look(i, limitMs);
            }
        } catch (InterruptedException closed) {
            // The server stops.
        }
    }

    /** Warns once of each block. */
    private void look(int index, int limitMs) {
        LoopProbe probe = probes.get(index);
        long tickMs = probe.tickMs();
        long blockedMs = clock.elapsedMs() - tickMs - LoopProbe.EVERY_MS;
        if (blockedMs < limitMs || warnedAtTick[index] == tickMs) return;
        warnedAtTick[index] = tickMs;
        String loop = probe.thread().getName();
        metrics.loopBlocked();
        int left = warnings.due(loop);
        if (left < 0) return;
        log.atWarn()
                .addKeyValue("loop", loop)
                .addKeyValue("ms", blockedMs)
                .addKeyValue("limitMs", limitMs)
                .addKeyValue("warningsLeftOut", left)
                .addKeyValue("at", frames(probe.thread()))
                .log("an event loop is blocked");
    }

    private static String frames(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(FRAMES_MAX)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
