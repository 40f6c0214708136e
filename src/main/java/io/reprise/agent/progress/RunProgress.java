package io.reprise.agent.progress;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpoint.Call;
import io.reprise.agent.checkpoint.Checkpoint.Pause;
import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.checkpoint.SubagentState;
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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The progress of a run, which its checkpoints save. The calls are those of the model's last turn; their outcomes are
 * added to the context together, in the order of the calls.
 */
public final class RunProgress {
    private final RunRequest run;
    private ContextStart start;
    private final List<ModelMessage> context;
    private final List<Call> calls;
    private final UsageMeter usage;
    private final Stopwatch watch = Stopwatch.started();
    private final long tookBeforeMs;
    private final String keptBy;
    private final RunBasis basis;
    private final Map<String, String> kept;
    private final List<SubagentState> subagents;
    private final List<ChatMessage> inner;
    private Supplier<Map<String, String>> states;
    private String zone;
    private int step;

    private RunProgress(Checkpoint from, RunRequest run, Context said, List<ModelMessage> context, List<Call> calls) {
        this(from, run, said, context, calls, new UsageMeter());
        // Tokens of another run are counted in that run.
        if (from.run().equals(run.run())) usage.add(from.usage());
    }

    private RunProgress(
            Checkpoint from,
            RunRequest run,
            Context said,
            List<ModelMessage> context,
            List<Call> calls,
            UsageMeter usage) {
        this.usage = usage;
        this.run = run;
        this.zone = zoneOf(said.messages());
        this.start = from.start();
        this.step = from.step();
        this.context = new ArrayList<>(context);
        this.calls = new ArrayList<>(calls);
        this.tookBeforeMs = from.elapsedMs();
        this.keptBy = from.run();
        this.basis = from.basis();
        this.kept = from.states();
        this.states = () -> kept;
        this.subagents = from.subagentsAtWork();
        this.inner = said.inner();
    }

    public static RunProgress beginning(RunRequest run, Context said) {
        Checkpoint none = new Checkpoint(
                        run.session(), run.run(), "", run.head(), 0, said.start(), List.of(), List.of(), 0)
                .by(RunBasis.of(run.agent(), run.catalogVersion()));
        return new RunProgress(none, run, said, ModelContext.of(said), List.of());
    }

    /**
     * Restores the progress from a checkpoint and the log; empty if the log no longer contains the calls that the
     * checkpoint names.
     *
     * @param said the conversation from the start of the model's context
     */
    public static Optional<RunProgress> of(RunRequest run, Checkpoint kept, Context said) {
        Checkpoint from = kept.startingAt(said.start());
        return calls(kept, said, (context, calls) -> new RunProgress(from, run, said, context, calls));
    }

    /**
     * The progress of a sub-agent; empty as above.
     *
     * @param kept its state as that of a run of its own
     * @param said its task and its own messages
     * @param outer the run
     */
    public static Optional<RunProgress> of(RunProgress outer, Checkpoint kept, List<ChatMessage> said) {
        Context its = new Context(new ContextStart(0, 0), said);
        return calls(kept, its, (context, calls) -> {
            RunProgress progress = new RunProgress(kept, outer.run, its, context, calls, outer.usage);
            progress.zone = outer.zone;
            return progress;
        });
    }

    private interface Maker {
        RunProgress make(List<ModelMessage> context, List<Call> calls);
    }

    private static Optional<RunProgress> calls(Checkpoint kept, Context said, Maker maker) {
        if (kept.calls().isEmpty()) return Optional.of(maker.make(ModelContext.of(said), List.of()));
        ModelContext.Unfinished unfinished = ModelContext.unfinished(said);
        if (unfinished.messages().isEmpty() || !(unfinished.messages().getLast() instanceof Assistant turn)) {
            return Optional.empty();
        }
        List<Call> calls = kept.calls().stream()
                .flatMap(asked -> turn.calls().stream()
                        .filter(request -> request.id().equals(asked.id()))
                        .map(request -> new Call(
                                request, asked.cleared(), unfinished.outcomes().get(asked.id()), asked.pause())))
                .toList();
        return calls.size() == kept.calls().size()
                ? Optional.of(maker.make(unfinished.messages(), calls))
                : Optional.empty();
    }

    /** What middleware had kept in the checkpoint from which the run resumes, by name. */
    public Map<String, String> kept() {
        return kept;
    }

    /** The sub-agents that were at work in that checkpoint. */
    public List<SubagentState> subagents() {
        return subagents;
    }

    /** The messages of sub-agents at that time. */
    public List<ChatMessage> inner() {
        return inner;
    }

    /** What middleware keeps in each checkpoint from now on. */
    public void keeping(Supplier<Map<String, String>> its) {
        states = its;
    }

    /** Whether middleware keeps anything. */
    public boolean keepsAnything() {
        return !states.get().isEmpty();
    }

    /** Whether this run saved the checkpoint from which it resumes. */
    public boolean isOf(String which) {
        return keptBy.equals(which);
    }

    /** The zone of the newest message that names one. */
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

    /** Adds a message that a user sent during the run. */
    public void steered(SteeredMessage message) {
        context.add(new User(message.content()));
        if (message.zone() != null) zone = message.zone();
    }

    /** Appends to the model's context for the rest of the run. Checkpoints do not contain the message. */
    public void add(ModelMessage message) {
        context.add(message);
    }

    /** Where the context begins; null if the checkpoint of the run did not say it. */
    public ContextStart start() {
        return start;
    }

    /** Begins the context anew, between two steps, with what is shown of the conversation so far. */
    public void shown(Context said) {
        start = said.start();
        context.clear();
        context.addAll(ModelContext.of(said));
    }

    /**
     * The messages of a sub-agent between its task and {@code upTo} become a summary, between two steps.
     *
     * @param upTo index of a turn of the model
     */
    public void shown(int upTo, String summary) {
        List<ModelMessage> done = context.subList(1, upTo);
        done.clear();
        done.add(new User(ModelContext.ofWork(summary)));
    }

    /** The context for the model's next turn; a view. */
    public List<ModelMessage> context() {
        return Collections.unmodifiableList(context);
    }

    public UsageMeter usage() {
        return usage;
    }

    /** The number of the step, from 1; 0 before the first one. */
    public int step() {
        return step;
    }

    public long tookBeforeMs() {
        return tookBeforeMs;
    }

    /** Whether the model's last turn has no calls, so the run is complete. */
    public boolean isAnswered() {
        return calls.isEmpty() && step > 0;
    }

    public void beginStep() {
        step++;
    }

    public void turn(Assistant turn, List<Call> itsCalls) {
        context.add(turn);
        calls.clear();
        calls.addAll(itsCalls);
    }

    /** The calls without an outcome. */
    public List<Call> open() {
        return calls.stream().filter(Call::isOpen).toList();
    }

    /** The outcomes that calls have already. */
    public List<ToolOutcome> settled() {
        return calls.stream().filter(call -> !call.isOpen()).map(Call::outcome).toList();
    }

    public boolean hasOpenCalls() {
        return calls.stream().anyMatch(Call::isOpen);
    }

    public void outcome(ToolOutcome outcome) {
        calls.replaceAll(call -> call.request().id().equals(outcome.id()) ? call.with(outcome) : call);
    }

    /** The call waits for the answer of a person. */
    public void asks(String call, Pause pause) {
        calls.replaceAll(one -> one.request().id().equals(call) ? one.asking(pause) : one);
    }

    /** Replaces the call with the same id, also in the model's turn. */
    public void replace(Call changed) {
        calls.replaceAll(call -> call.request().id().equals(changed.request().id()) ? changed : call);
        Assistant said = (Assistant) context.removeLast();
        context.add(said.with(calls.stream().map(Call::request).toList()));
    }

    /** Ends the turn after every call has its outcome; the model can be asked again. */
    public void closeTurn() {
        calls.forEach(call -> context.add(call.outcome()));
        calls.clear();
    }

    /** What the run has used so far, as far as it is known. */
    public RunBasis basis() {
        return basis;
    }

    /** @param used what the run uses now */
    public Checkpoint checkpoint(RunBasis used, String id, long seq) {
        return new Checkpoint(
                        run.session(),
                        run.run(),
                        id,
                        seq,
                        step,
                        start,
                        calls.stream().map(Call::asked).toList(),
                        usage.total(),
                        elapsedMs())
                .by(used)
                .keeping(states.get());
    }

    /** The time of the run so far, which counts against its time limit. */
    public long elapsedMs() {
        return tookBeforeMs + watch.ms();
    }
}
