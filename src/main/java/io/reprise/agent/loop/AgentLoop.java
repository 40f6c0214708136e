package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.checkpoint.SubagentState;
import io.reprise.agent.link.RunEvents;
import io.reprise.agent.progress.RunProgress;
import io.reprise.agent.subagent.Subagents;
import io.reprise.history.ChatMessage;
import io.reprise.history.CheckpointInfo;
import io.reprise.history.Histories.Context;
import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Chosen;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Role;
import io.reprise.message.log.RunUsage;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.support.StopSignal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run as plain code on a virtual thread. It reads the conversation and then makes one {@link Step} after the other,
 * until the model calls no more tools. A checkpoint is saved before the tools of a turn are called; the results of the
 * calls are in the log. If the run fails or is stopped, its session closes open messages and calls.
 */
public final class AgentLoop {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

    /** How many of the newest messages stay beside the summary that a person asked for. */
    private static final int KEPT_MESSAGES = 2;

    private final RunRequest run;
    private final RunPlan plan;
    private final AgentServices services;
    private final RunEvents events;
    private final StopSignal stop;
    /** Null until the conversation was read. */
    private volatile RunProgress current;

    /** @param plan of the agent that the request names; a resumed run uses the agent that its checkpoint names */
    public AgentLoop(RunRequest run, RunPlan plan, AgentServices services, RunEvents events, StopSignal stop) {
        this.run = run;
        this.plan = plan;
        this.services = services;
        this.events = events;
        this.stop = stop;
    }

    /** Never throws. After a stop for any reason it returns {@code Cancelled}. */
    public RunEnd run() {
        StopSignal.Registration interrupt = stop.onStop(Thread.currentThread()::interrupt);
        // Also if the stop comes when this has returned, but the session does not know yet that the run waits.
        stop.onStop(() -> services.held().drop(run.run()));
        try {
            return run.resume() == null ? begin() : resume();
        } catch (Throwable t) {
            services.held().drop(run.run());
            return stop.isStopped() ? new RunEnd.Cancelled(usage()) : new RunEnd.Failed(failure(t), usage());
        } finally {
            interrupt.remove();
        }
    }

    private RunEnd begin() throws InterruptedException {
        ContextReader reader = new ContextReader(run, plan, services, events, stop);
        Context said = conversation(reader);
        RunProgress progress = RunProgress.beginning(run, said);
        progress.usage().add(reader.usage());
        current = progress;
        RunPlan complete = plan.completed(facts(said, progress));
        if (run.origin().equals(RunRequest.COMPACT)) return compacted(complete, progress);
        Map<String, String> before = complete.middleware().isEmpty() ? Map.of() : keptBefore();
        return goThroughSteps(new Step(work(complete, progress), progress, before), progress);
    }

    /** Summarises the conversation up to this run, as a person asked for. */
    private RunEnd compacted(RunPlan complete, RunProgress progress) throws InterruptedException {
        ChatModel model = complete.helpers().summary();
        boolean made = new ContextSummary(work(complete, progress)).summarise(progress, model, KEPT_MESSAGES);
        if (made) return finished(progress);
        String why = "There is nothing to summarise, or no summary could be made.";
        return new RunEnd.Failed(Failure.of(ErrorCode.MODEL_ERROR, why), usage());
    }

    private Step.Work work(RunPlan complete, RunProgress progress) {
        List<Answered> answers = run.resume() == null ? List.of() : run.resume().answers();
        List<SubagentState> kept = progress.subagents().stream()
                .map(state -> state.answered(answers))
                .toList();
        Subagents subagents = new Subagents(complete.limits().subagents().perRunMax(), kept);
        CheckpointWriter checkpoints = new CheckpointWriter(run, complete, services, events, subagents);
        Step.Family family = new Step.Family(subagents, checkpoints, events, progress.inner(), null, 0);
        return new Step.Work(run, complete, services, events, stop, family);
    }

    /** What middleware has kept at the end of the session's last run; a store that is away is as if there were nothing. */
    private Map<String, String> keptBefore() throws InterruptedException {
        try {
            long timeMs = plan.limits().timeMs();
            List<CheckpointInfo> newest =
                    StoreAnswer.await(services.checkpoints().list(run.session(), Long.MAX_VALUE, 1), timeMs);
            if (newest.isEmpty()) return Map.of();
            return StoreAnswer.await(
                            services.checkpoints()
                                    .load(run.session(), newest.getFirst().id()),
                            timeMs)
                    .map(Checkpoint::states)
                    .orElse(Map.of());
        } catch (StoreAnswer.Missing e) {
            LOG.atWarn()
                    .setMessage("what middleware kept in the session is not known; it begins anew")
                    .addKeyValue("run", run.run())
                    .addKeyValue("session", run.session())
                    .setCause(e)
                    .log();
            return Map.of();
        }
    }

    /** The message that began the run says which model was chosen for it. */
    private RunPlan.Facts facts(Context said, RunProgress progress) {
        Optional<Chosen> chosen = said.messages().stream()
                .filter(message -> message.role() == Role.USER)
                .map(ChatMessage::metadata)
                .filter(metadata -> metadata != null && run.run().equals(metadata.run()))
                .findFirst()
                .map(ChatMessage.Metadata::chosen);
        String model = chosen.map(Chosen::model).orElse(null);
        boolean testing = chosen.map(Chosen::testing).orElse(false);
        return new RunPlan.Facts(
                run.user(),
                model,
                testing,
                progress.zone(),
                RunBasis.UNKNOWN,
                run.cause().token());
    }

    /** Resumes within a step, at the end of a step, or after the last step. */
    private RunEnd resume() throws InterruptedException {
        Resumption resumption = new Resumption(run, plan, services, events, stop);
        RunProgress progress = resumption.load();
        current = progress;
        if (progress.isAnswered()) return finished(progress);
        RunPlan its = planOf(progress);
        events.tookBefore(progress.tookBeforeMs(), its.limits().timeMs());
        Step step = new Step(work(its, progress), progress, Map.of());
        if (progress.hasOpenCalls()) {
            Optional<RunEnd> end = end(step.resume(progress, resumption), progress);
            if (end.isPresent()) return end.get();
        } else {
            progress.closeTurn();
        }
        return goThroughSteps(step, progress);
    }

    /**
     * The plan of the agent that the checkpoint names, with the model, the prompt and the agent's own limits that it names.
     * The rest, such as the tools that the agent may use, is what is current.
     */
    private RunPlan planOf(RunProgress progress) throws InterruptedException {
        RunBasis used = progress.basis();
        boolean same = used.agent() == null || used.agent().equals(plan.agent());
        RunPlan current = same ? plan : services.plans().of(used.agent());
        RunPlan its = current.completed(new RunPlan.Facts(
                run.user(), null, false, progress.zone(), used, run.cause().token()));
        String before = used.catalogVersion();
        if (before != null && !before.equals(its.catalogVersion())) {
            LOG.atInfo()
                    .setMessage("a run goes on with a newer version of its agent")
                    .addKeyValue("run", run.run())
                    .addKeyValue("session", run.session())
                    .addKeyValue("before", before)
                    .addKeyValue("version", its.catalogVersion())
                    .log();
        }
        return its;
    }

    private RunEnd goThroughSteps(Step step, RunProgress progress) throws InterruptedException {
        int stepsMax = step.plan().limits().stepsMax();
        while (progress.step() < stepsMax) {
            Optional<RunEnd> end = end(step.begin(progress), progress);
            if (end.isPresent()) return end.get();
        }
        String message = "The run reached its limit of " + stepsMax + " steps.";
        return new RunEnd.Failed(Failure.of(ErrorCode.STEP_LIMIT, message), usage());
    }

    /** The end of the run after this step; empty if the run continues. */
    private Optional<RunEnd> end(Step.Outcome outcome, RunProgress progress) {
        return switch (outcome) {
            case Step.Outcome.Called called -> Optional.empty();
            case Step.Outcome.Answered answered -> Optional.of(finished(progress));
            case Step.Outcome.Asking asking ->
                Optional.of(
                        new RunEnd.Interrupted(asking.asks(), progress.usage().usage()));
            case Step.Outcome.NotKept notKept -> {
                services.held().drop(run.run());
                yield Optional.of(
                        new RunEnd.Failed(notKept.why(), progress.usage().usage()));
            }
        };
    }

    private static RunEnd finished(RunProgress progress) {
        return new RunEnd.Finished(progress.usage().usage());
    }

    private RunUsage usage() {
        return current == null ? RunUsage.UNKNOWN : current.usage().usage();
    }

    private Context conversation(ContextReader reader) throws InterruptedException {
        return new StoreRetry(run, plan.whenAway(), stop)
                .read("conversation", "The conversation could not be read.", reader::first);
    }

    private Failure failure(Throwable t) {
        Optional<Failure> known = RunFailure.known(t);
        if (known.isPresent()) {
            boolean explains = t instanceof ModelFailure || t instanceof RunFailure;
            return logged(known.get(), explains ? t.getCause() : null);
        }
        LOG.atError()
                .setMessage("run failed unexpectedly")
                .addKeyValue("run", run.run())
                .addKeyValue("session", run.session())
                .setCause(t)
                .log();
        return Failure.of(ErrorCode.INTERNAL, "The run failed because of an internal error.");
    }

    private Failure logged(Failure failure, Throwable cause) {
        LOG.atWarn()
                .setMessage("run failed")
                .addKeyValue("run", run.run())
                .addKeyValue("session", run.session())
                .addKeyValue("code", failure.code().wire())
                .setCause(cause)
                .log();
        return failure;
    }
}
