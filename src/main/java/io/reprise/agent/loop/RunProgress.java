package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.history.ChatMessage;
import io.reprise.history.Histories.Context;
import io.reprise.history.Histories.ContextStart;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.User;
import io.reprise.support.Stopwatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How far a run has come: what a checkpoint keeps of it. The calls are those of the model's last turn; their outcomes join
 * the context together, in the order of the calls.
 */
public final class RunProgress {
    private final RunRequest run;
    private final ContextStart start;
    private final List<ModelMessage> context;
    private final List<Call> calls;
    private final UsageMeter usage = new UsageMeter();
    private final Stopwatch watch = Stopwatch.started();
    private final long tookBeforeMs;
    private final String keptBy;
    private final String agent;
    private final String catalogVersion;
    private String zone;
    private int step;

    private RunProgress(Checkpoint from, RunRequest run, Context said, List<ModelMessage> context, List<Call> calls) {
        this.run = run;
        this.zone = zoneOf(said.messages());
        this.start = from.start();
        this.step = from.step();
        this.context = new ArrayList<>(context);
        this.calls = new ArrayList<>(calls);
        this.tookBeforeMs = from.elapsedMs();
        this.keptBy = from.run();
        this.agent = from.agent();
        this.catalogVersion = from.catalogVersion();
        // What another run used is counted as its own.
        if (from.run().equals(run.run())) usage.add(from.usage());
    }

    static RunProgress beginning(RunRequest run, Context said) {
        Checkpoint none = new Checkpoint(
                        run.session(), run.run(), "", run.head(), 0, said.start(), List.of(), List.of(), 0)
                .by(run.agent(), run.catalogVersion());
        return new RunProgress(none, run, said, ModelContext.of(said.messages()), List.of());
    }

    /**
     * From what was kept and from what the log says; nothing when that has not the calls any more that it needs.
     *
     * @param said from the beginning of the model's context on
     */
    static Optional<RunProgress> of(RunRequest run, Checkpoint kept, Context said) {
        Checkpoint from = kept.startingAt(said.start());
        if (kept.calls().isEmpty()) {
            return Optional.of(new RunProgress(from, run, said, ModelContext.of(said.messages()), List.of()));
        }
        ModelContext.Unfinished unfinished = ModelContext.unfinished(said.messages());
        if (unfinished.messages().isEmpty() || !(unfinished.messages().getLast() instanceof Assistant turn)) {
            return Optional.empty();
        }
        List<Call> calls = kept.calls().stream()
                .flatMap(asked -> turn.calls().stream()
                        .filter(request -> request.id().equals(asked.id()))
                        .map(request -> new Call(
                                request, asked.cleared(), unfinished.outcomes().get(asked.id()))))
                .toList();
        return calls.size() == kept.calls().size()
                ? Optional.of(new RunProgress(from, run, said, unfinished.messages(), calls))
                : Optional.empty();
    }

    /** Whether this run kept the checkpoint that it goes on from. */
    boolean isOf(String which) {
        return keptBy.equals(which);
    }

    /** The user's, as the newest message tells it that names one. */
    private static String zoneOf(List<ChatMessage> messages) {
        return messages.reversed().stream()
                .map(message ->
                        message.metadata() == null ? null : message.metadata().zone())
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** IANA name of the user's time zone, or null. */
    public String zone() {
        return zone;
    }

    /** A message of the user came in on the way. */
    void steered(SteeredMessage message) {
        context.add(new User(message.content()));
        if (message.zone() != null) zone = message.zone();
    }

    /** Adds to the end of the model's context, for this turn of the model and the rest of the run; no checkpoint has it. */
    public void add(ModelMessage message) {
        context.add(message);
    }

    /** What the model is given next; a view. */
    public List<ModelMessage> context() {
        return Collections.unmodifiableList(context);
    }

    UsageMeter usage() {
        return usage;
    }

    /** The number of the step, from 1; 0 before the first one. */
    public int step() {
        return step;
    }

    long tookBeforeMs() {
        return tookBeforeMs;
    }

    /** The last turn of the model asked for nothing: the run has its answer. */
    boolean isAnswered() {
        return calls.isEmpty() && step > 0;
    }

    void beginStep() {
        step++;
    }

    void turn(Assistant turn, List<Call> itsCalls) {
        context.add(turn);
        calls.clear();
        calls.addAll(itsCalls);
    }

    /** Without an outcome. */
    List<Call> open() {
        return calls.stream().filter(Call::isOpen).toList();
    }

    boolean hasOpenCalls() {
        return calls.stream().anyMatch(Call::isOpen);
    }

    void outcome(ToolOutcome outcome) {
        calls.replaceAll(call -> call.request().id().equals(outcome.id()) ? call.with(outcome) : call);
    }

    /** In the place of the call with its id, also in what the model said. */
    void replace(Call changed) {
        calls.replaceAll(call -> call.request().id().equals(changed.request().id()) ? changed : call);
        Assistant said = (Assistant) context.removeLast();
        context.add(said.with(calls.stream().map(Call::request).toList()));
    }

    /** Every call of the turn has its outcome: the model can go on. */
    void closeTurn() {
        calls.forEach(call -> context.add(call.outcome()));
        calls.clear();
    }

    /** The agent that the run went by so far; null when nothing names one. */
    String agent() {
        return agent;
    }

    /** The version of the plan that the run went by so far; null when it is not known. */
    String catalogVersion() {
        return catalogVersion;
    }

    Checkpoint checkpoint(RunPlan plan, String id, long seq) {
        return new Checkpoint(
                run.session(),
                run.run(),
                id,
                seq,
                step,
                start,
                calls.stream().map(Call::asked).toList(),
                usage.total(),
                tookBeforeMs + watch.ms(),
                plan.agent(),
                plan.catalogVersion());
    }
}
