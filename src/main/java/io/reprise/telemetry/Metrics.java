package io.reprise.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What the server counts and times, by the names under which operators see it: {@code webroot/docs/metrics.md} explains
 * each. Safe from any thread; none of it blocks.
 */
public final class Metrics {
    /** From a chat's first word to a long run. */
    private static final Duration[] SECONDS = millis(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000);

    /** From what is expected of a store and a timer to what alarms. */
    private static final Duration[] MOMENTS = millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 30_000);

    private final MeterRegistry registry;
    private final LongAdder connections = new LongAdder();
    private final LongAdder runs = new LongAdder();
    private final LongAdder loadsWaiting = new LongAdder();
    private final Counter delivered;
    private final Counter dropped;
    private final Counter restarted;
    private final Counter notErased;
    private final Counter leftOut;
    private final Counter heldBack;
    private final Counter loadsRefused;
    private final Counter failed;
    private final Counter toolsRefused;

    Metrics(MeterRegistry registry) {
        this.registry = registry;
        level("reprise.connections", "Open WebSockets and event streams", connections::sum);
        level("reprise.runs.active", "Runs that have begun and not ended", runs::sum);
        level("reprise.loads.waiting", "Sessions that wait for their turn to be loaded", loadsWaiting::sum);
        loadsRefused = counter("reprise.loads.refused", "Messages to sessions that too many others waited before");
        failed = counter(
                "reprise.sessions.failed", "Times that a session was given up because of a fault of the server");
        delivered = counter("reprise.events.delivered", "Event frames handed to sockets and streams");
        restarted = counter("reprise.runs.restarted", "Runs that went on after their process was gone");
        notErased =
                counter("reprise.erasures.failed", "Failed attempts to erase copies of cleared or deleted sessions");
        leftOut = counter("reprise.checkpoints.left.out", "Questions that a silent store of checkpoints was not asked");
        heldBack = counter(
                "reprise.runs.held.back", "Times that a run had to wait because too much of its text was not stored");
        toolsRefused = counter(
                "reprise.tools.refused",
                "Calls that were not made because too many abandoned ones of the tool still run");
        dropped = counter("reprise.batches.dropped", "Batches of agents that came for a run that is over");
    }

    /** For whoever does not look at them, such as tests. */
    public static Metrics unseen() {
        return new Metrics(new SimpleMeterRegistry());
    }

    // --- sockets and readers

    public void connected() {
        connections.increment();
    }

    /** @param how the close code, or a word where there is none */
    public void disconnected(String how) {
        connections.decrement();
        registry.counter("reprise.connections.closed", "code", how).increment();
    }

    public void delivered(int events) {
        delivered.increment(events);
    }

    /** @param reason null when the cursor was exact, or none was given */
    public void verdict(String mode, String reason) {
        registry.counter("reprise.attach.verdicts", "mode", mode, "reason", orNone(reason))
                .increment();
    }

    /** A live reader fell back to pulling from the log. */
    public void catchUp(String cause) {
        registry.counter("reprise.catchups", "cause", cause).increment();
    }

    /** @param outcome {@code accepted}, {@code duplicate} or the code of the refusal */
    public void command(String type, String outcome, long nanos) {
        time("reprise.command", "From a command to its answer", MOMENTS, nanos, "type", type, "outcome", outcome);
    }

    /** @param limit of a user, an address or a socket that was reached */
    public void limited(String limit) {
        registry.counter("reprise.limits.reached", "limit", limit).increment();
    }

    // --- sessions

    /** @param more than before; below 0: fewer */
    public void loadsWaiting(int more) {
        loadsWaiting.add(more);
    }

    /** Too many sessions wait to be loaded. */
    public void loadRefused() {
        loadsRefused.increment();
    }

    /** @param outcome {@code found}, {@code absent}, {@code foreign}, {@code not_mine} or {@code failed} */
    public void load(String outcome, long nanos) {
        time("reprise.load", "Loading one session, once it was its turn", MOMENTS, nanos, "outcome", outcome);
    }

    /** A session was given up because of a fault. */
    public void sessionFailed() {
        failed.increment();
    }

    public void runStarted() {
        runs.increment();
    }

    /** The run left memory without an end: another owner or a reload goes on with it. */
    public void runLeft() {
        runs.decrement();
    }

    /** @param code of an error, or null */
    public void runEnded(String origin, String outcome, String code, long ms) {
        runs.decrement();
        long nanos = Duration.ofMillis(ms).toNanos();
        String[] labels = {"origin", origin, "outcome", outcome, "code", orNone(code)};
        time("reprise.run", "From a run's start to its end", SECONDS, nanos, labels);
    }

    /** A run goes on after its process was gone. */
    public void runRestarted() {
        restarted.increment();
    }

    /** A run waits until more of its text is stored. */
    public void runHeldBack() {
        heldBack.increment();
    }

    public void batchDropped() {
        dropped.increment();
    }

    /** @param outcome {@code stored}, {@code lost}, {@code refused} or {@code failed} */
    public void append(String outcome, long nanos) {
        time("reprise.append", "One append to a session's log", MOMENTS, nanos, "outcome", outcome);
    }

    /** Copies of a session that was cleared or deleted are still where they are; they are erased later. */
    public void notErased() {
        notErased.increment();
    }

    /** @param action what happened to it, as readers are told */
    public void recall(String action) {
        registry.counter("reprise.recalls", "action", action).increment();
    }

    public void recallLate(long ms) {
        long nanos = Duration.ofMillis(Math.max(0, ms)).toNanos();
        time("reprise.recall.late", "From a recall's time to the beginning of its run", MOMENTS, nanos);
    }

    // --- agents

    public void firstPiece(String provider, String model, long nanos) {
        String[] labels = {"provider", provider, "model", model};
        time("reprise.model.first.token", "From a model's call to its first piece", SECONDS, nanos, labels);
    }

    /** @param outcome {@code success}, {@code stopped} or the code of the failure */
    public void modelCall(String provider, String model, String outcome, long nanos) {
        String[] labels = {"provider", provider, "model", model, "outcome", outcome};
        time("reprise.model.call", "One turn of a model", SECONDS, nanos, labels);
    }

    /** @param tool by its name in the registry: never what a model made up */
    public void toolCall(String tool, String outcome, long nanos) {
        time("reprise.tool", "One call of a tool", SECONDS, nanos, "tool", tool, "outcome", outcome);
    }

    /** A call was not made because too many earlier ones of its tool ignored their stop and still run. */
    public void toolRefused() {
        toolsRefused.increment();
    }

    /** @param outcome {@code saved}, {@code too_large} or {@code failed} */
    public void checkpoint(String outcome, long nanos) {
        time("reprise.checkpoint", "Saving one checkpoint", SECONDS, nanos, "outcome", outcome);
    }

    /** Their store was not even asked, because it has not answered for a while. */
    public void checkpointsLeftOut() {
        leftOut.increment();
    }

    // --- the node

    /** A number that is asked for at each look. */
    public void level(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private void time(String name, String description, Duration[] bounds, long nanos, String... labels) {
        Timer.builder(name)
                .description(description)
                .tags(labels)
                .serviceLevelObjectives(bounds)
                .register(registry)
                .record(Duration.ofNanos(nanos));
    }

    private static String orNone(String label) {
        return label == null ? "" : label.toLowerCase(Locale.ROOT);
    }

    private static Duration[] millis(long... bounds) {
        Duration[] durations = new Duration[bounds.length];
        for (int i = 0; i < bounds.length; i++) durations[i] = Duration.ofMillis(bounds[i]);
        return durations;
    }
}
