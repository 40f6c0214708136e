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

/** The metrics of the server; {@code webroot/docs/metrics.md} explains each. Thread-safe; never blocks. */
public final class Metrics {
    /** Buckets for durations of runs and model calls. */
    private static final Duration[] SECONDS = millis(10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 60_000);

    /** Buckets for durations of the store and the timer, which are shorter. */
    private static final Duration[] MOMENTS = millis(1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000, 30_000);

    private final MeterRegistry registry;
    private final GenAiMetrics genAi;
    private final LongAdder connections = new LongAdder();
    private final LongAdder outboxBytes = new LongAdder();
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
    private final Counter mergedLonger;
    private final Counter blocked;
    private final Counter againRegistered;

    Metrics(MeterRegistry registry) {
        this.registry = registry;
        genAi = new GenAiMetrics(registry);
        level("reprise.connections", "Open WebSockets and event streams", connections::sum);
        level("reprise.outbox.bytes", "Bytes that wait for clients to read them", outboxBytes::sum);
        level("reprise.runs.active", "Active runs", runs::sum);
        level("reprise.loads.waiting", "Sessions waiting to be loaded", loadsWaiting::sum);
        loadsRefused = counter(
                "reprise.loads.refused", "Messages refused because too many sessions were waiting to be loaded");
        failed = counter("reprise.sessions.failed", "Sessions dropped because of an internal error");
        delivered = counter("reprise.events.delivered", "Event frames sent to WebSockets and event streams");
        restarted = counter("reprise.runs.restarted", "Runs restarted after a crash");
        notErased =
                counter("reprise.erasures.failed", "Failed attempts to erase copies of cleared or deleted sessions");
        leftOut =
                counter("reprise.checkpoints.left.out", "Checkpoint requests skipped because the store did not answer");
        heldBack = counter(
                "reprise.runs.held.back", "Times a run was held back because too much of its text was not stored");
        mergedLonger = counter(
                "reprise.merges.widened",
                "Times text was merged for longer because many runs wrote or many people read it");
        toolsRefused = counter(
                "reprise.tools.refused",
                "Calls that were not made because too many abandoned ones of the tool still run");
        blocked = counter("reprise.loops.blocked", "Times an event loop was blocked for longer than the limit");
        againRegistered = counter(
                "reprise.addresses.registered.again",
                "Addresses of this node that the other nodes of a cluster had lost");
        dropped = counter("reprise.batches.dropped", "Batches dropped because their run had ended");
    }

    /** Metrics that are not exported; for tests and commands. */
    public static Metrics unseen() {
        return new Metrics(new SimpleMeterRegistry());
    }

    /** Those with names of the semantic conventions for generative AI. */
    public GenAiMetrics genAi() {
        return genAi;
    }

    // --- shards

    /** @param how {@code taken}, {@code given} back or {@code lost} to another node */
    public void shards(String how, int count) {
        registry.counter("reprise.shards.moved", "how", how).increment(count);
    }

    /** Other nodes had lost so many addresses of this one. */
    public void addressesRegisteredAgain(int count) {
        againRegistered.increment(count);
    }

    /** What has become of shards, by the counters. */
    public Vitals.Shards shardCounts() {
        Timer late = registry.find("reprise.append").tag("outcome", "lost").timer();
        return new Vitals.Shards(
                counted("reprise.shards.moved", "how", "taken"),
                counted("reprise.shards.moved", "how", "given"),
                counted("reprise.shards.moved", "how", "lost"),
                late == null ? 0 : late.count(),
                counted("reprise.catchups", "cause", "hole") + counted("reprise.catchups", "cause", "behind"));
    }

    private long counted(String name, String tag, String value) {
        Counter counter = registry.find(name).tag(tag, value).counter();
        return counter == null ? 0 : (long) counter.count();
    }

    // --- sockets and readers

    public void connected() {
        connections.increment();
    }

    /** @param how the close code, or a word if there is none */
    public void disconnected(String how) {
        connections.decrement();
        registry.counter("reprise.connections.closed", "code", how).increment();
    }

    /** @param bytes change of what waits for clients to read it; negative if it was sent */
    public void queued(int bytes) {
        outboxBytes.add(bytes);
    }

    public void delivered(int events) {
        delivered.increment(events);
    }

    /** @param reason null if the cursor was exact or absent */
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
        time("reprise.command", "Time from a command to its answer", MOMENTS, nanos, "type", type, "outcome", outcome);
    }

    /** @param limit the limit of a user, address or socket that was reached */
    public void limited(String limit) {
        registry.counter("reprise.limits.reached", "limit", limit).increment();
    }

    /** @param outcome {@code reloaded} or {@code rejected} */
    public void settings(String outcome) {
        registry.counter("reprise.settings.changes", "outcome", outcome).increment();
    }

    /** @param outcome {@code sent}, {@code failed} or {@code dropped} */
    public void spans(String outcome, int count) {
        registry.counter("reprise.trace.spans", "outcome", outcome).increment(count);
    }

    // --- MCP servers

    /** @param outcome {@code success}, {@code tool_error}, {@code asked}, {@code stopped} or what failed */
    public void mcpCall(String server, String outcome, long nanos) {
        String[] labels = {"server", server, "outcome", outcome};
        time("reprise.mcp.call", "Time of a call of a tool of an MCP server", SECONDS, nanos, labels);
        String error = switch (outcome) {
            case "success", "asked", "stopped" -> "";
            default -> outcome;
        };
        genAi.mcp("tools/call", error, nanos);
    }

    /** @param outcome {@code hit}, {@code stale} (given, and listed again behind it) or {@code miss} */
    public void mcpList(String server, String outcome) {
        registry.counter("reprise.mcp.lists", "server", server, "outcome", outcome)
                .increment();
    }

    /** @param outcome {@code opened} or {@code failed} */
    public void mcpConnection(String server, String outcome) {
        registry.counter("reprise.mcp.connections", "server", server, "outcome", outcome)
                .increment();
    }

    // --- sessions

    /** @param more change of the number; negative if it decreased */
    public void loadsWaiting(int more) {
        loadsWaiting.add(more);
    }

    /** A load was refused because too many sessions are waiting to be loaded. */
    public void loadRefused() {
        loadsRefused.increment();
    }

    /** @param outcome {@code found}, {@code absent}, {@code foreign}, {@code not_mine} or {@code failed} */
    public void load(String outcome, long nanos) {
        time("reprise.load", "Time to load a session, without waiting", MOMENTS, nanos, "outcome", outcome);
    }

    /** A session was dropped because of an internal error. */
    public void sessionFailed() {
        failed.increment();
    }

    public void runStarted() {
        runs.increment();
    }

    /**
     * A run was removed from memory without an end. Another owner, or this one after loading the session again, resumes
     * it.
     */
    public void runLeft() {
        runs.decrement();
    }

    /** @param code the error code, or null */
    public void runEnded(String origin, String outcome, String code, long ms) {
        runs.decrement();
        long nanos = Duration.ofMillis(ms).toNanos();
        String[] labels = {"origin", origin, "outcome", outcome, "code", orNone(code)};
        time("reprise.run", "Time from a run's start to its end", SECONDS, nanos, labels);
    }

    /** A run resumed after its process died. */
    public void runRestarted() {
        restarted.increment();
    }

    /** A run was paused until more of its text is stored. */
    public void runHeldBack() {
        heldBack.increment();
    }

    public void batchDropped() {
        dropped.increment();
    }

    /** @param outcome {@code stored}, {@code lost}, {@code refused} or {@code failed} */
    public void append(String outcome, long nanos) {
        time("reprise.append", "Time of an append to a session's log", MOMENTS, nanos, "outcome", outcome);
    }

    /** Copies of a cleared or deleted session could not be erased from another store; they are erased later. */
    public void notErased() {
        notErased.increment();
    }

    /** @param action what happened to the recall, in the words of {@code recall.updated} */
    public void recall(String action) {
        registry.counter("reprise.recalls", "action", action).increment();
    }

    /** @param outcome {@code delivered}, {@code failed} or {@code switched_off} */
    public void webhook(String outcome) {
        registry.counter("reprise.webhooks", "outcome", outcome).increment();
    }

    /**
     * @param outcome {@code delivered}, {@code failed}, {@code refused} or {@code gone}; of what was not sent: {@code seen},
     *     {@code muted}, {@code quiet}, {@code limited}, {@code late} or {@code ended}
     */
    public void push(String outcome) {
        registry.counter("reprise.pushes", "outcome", outcome).increment();
    }

    public void recallLate(long ms) {
        long nanos = Duration.ofMillis(Math.max(0, ms)).toNanos();
        time("reprise.recall.late", "Delay from a recall's slot to the start of its run", MOMENTS, nanos);
    }

    // --- agents

    /** What a call of a model used is not recorded, because too much waits for the database. */
    public void usageLost() {
        registry.counter("reprise.usage.lost").increment();
    }

    public void firstPiece(String provider, String model, long nanos) {
        String[] labels = {"provider", provider, "model", model};
        time("reprise.model.first.token", "Time from a model call to its first token", SECONDS, nanos, labels);
    }

    /** @param outcome {@code success}, {@code stopped} or the error code */
    public void modelCall(String provider, String model, String outcome, long nanos) {
        String[] labels = {"provider", provider, "model", model, "outcome", outcome};
        time("reprise.model.call", "Time of a model call", SECONDS, nanos, labels);
    }

    /** @param tool name of the tool in the registry, never a name that a model invented */
    public void toolCall(String tool, String outcome, long nanos) {
        time("reprise.tool", "Time of a tool call", SECONDS, nanos, "tool", tool, "outcome", outcome);
    }

    /** A tool call was refused because too many earlier calls of the tool ignored their stop and are still running. */
    public void toolRefused() {
        toolsRefused.increment();
    }

    /** Runs merged their text for longer than usual, because many wrote at the same time; at most once per tick. */
    public void mergedLonger() {
        mergedLonger.increment();
    }

    /** @param outcome {@code saved}, {@code too_large} or {@code failed} */
    public void checkpoint(String outcome, long nanos) {
        time("reprise.checkpoint", "Time to save a checkpoint", SECONDS, nanos, "outcome", outcome);
    }

    /** A request to the checkpoint store was skipped, because the store has not answered recently. */
    public void checkpointsLeftOut() {
        leftOut.increment();
    }

    /** @param outcome {@code success}, {@code failed}, {@code stopped} or {@code interrupted} */
    public void job(String name, String outcome, long nanos) {
        time("reprise.job", "Time of a run of a job", SECONDS, nanos, "job", name, "outcome", outcome);
    }

    // --- the node

    /** An event loop was blocked for longer than the limit. */
    public void loopBlocked() {
        blocked.increment();
    }

    /** @param statement the method that executed it */
    public void slowStatement(String statement) {
        registry.counter("reprise.statements.slow", "statement", statement).increment();
    }

    /** A gauge whose value is read on demand. */
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
