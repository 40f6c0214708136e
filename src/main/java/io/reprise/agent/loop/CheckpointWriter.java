package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpointer.SaveOutcome;
import io.reprise.agent.checkpoint.RunBasis;
import io.reprise.agent.link.RunEvents;
import io.reprise.agent.progress.RunProgress;
import io.reprise.agent.subagent.Subagents;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Question;
import io.reprise.support.Stopwatch;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves checkpoints: asks the session up to which seq the log is stored, saves a checkpoint for that seq, and then lets
 * the session record its id in the run's row. So a recorded checkpoint always exists, and the events after it in the
 * log are known. The agents of a run save one after the other.
 */
final class CheckpointWriter {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

    private static final Failure AWAY =
            Failure.of(ErrorCode.UNAVAILABLE, "The checkpoint of this run could not be saved; try again shortly.");
    private static final Failure TOO_LARGE =
            Failure.of(ErrorCode.TOO_LARGE, "The checkpoint of this run is too large to wait for a decision.");

    private final RunRequest run;
    private final RunPlan plan;
    private final AgentServices services;
    private final RunEvents events;
    private final Subagents subagents;
    private final ReentrantLock lock = new ReentrantLock();
    private RunProgress outer;
    private Checkpoint newest;
    private Failure whyNot = AWAY;

    CheckpointWriter(RunRequest run, RunPlan plan, AgentServices services, RunEvents events, Subagents subagents) {
        this.subagents = subagents;
        this.run = run;
        this.plan = plan;
        this.services = services;
        this.events = events;
    }

    /**
     * Saves a checkpoint. When this returns, the run's row names the new checkpoint, or none if it could not be saved.
     */
    void keep(RunProgress progress) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            outer = progress;
            long seq = covered();
            newest = checkpoint(progress, services.ids().next("c_"), seq).with(subagents.states());
            keepNewest();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Saves a checkpoint after a step of a sub-agent: the run's own agent is where it called its sub-agents.
     *
     * @param used what the sub-agent uses
     */
    void keep(String subagent, RunProgress progress, RunBasis used) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long seq = covered();
            subagents.keep(subagent, progress.checkpoint(used, "", seq));
            newest = newest.at(
                    services.ids().next("c_"), seq, outer.usage().total(), outer.elapsedMs(), subagents.states());
            keepNewest();
        } finally {
            lock.unlock();
        }
    }

    private void keepNewest() throws InterruptedException {
        String id = saved(newest);
        events.ask(new Question.Keep(id, newest.seq()));
    }

    /** Why the last checkpoint could not be saved; empty if it was saved. */
    Optional<Failure> whyNotKept() {
        return Optional.ofNullable(whyNot);
    }

    /**
     * Saves a checkpoint at the end of a run, to which the session can be rewound later. The run's end waits for the
     * store only if middleware keeps something for the next run of the session.
     */
    void keepLast(RunProgress progress) throws InterruptedException {
        Checkpoint last = checkpoint(progress, services.ids().next("c_"), covered());
        Stopwatch watch = Stopwatch.started();
        Future<SaveOutcome> saved = services.checkpoints()
                .save(last)
                .onSuccess(outcome -> told(outcome, watch))
                .onFailure(cause -> notSaved("failed", watch, "store unavailable", cause));
        if (!progress.keepsAnything()) return;
        try {
            StoreAnswer.await(saved, plan.limits().timeMs());
        } catch (StoreAnswer.Missing e) {
            LOG.atDebug()
                    .setMessage("the next run begins without what middleware kept")
                    .log();
        }
    }

    private long covered() throws InterruptedException {
        return ((Answer.Covered) events.ask(new Question.AskCovered())).seq();
    }

    private Checkpoint checkpoint(RunProgress progress, String id, long seq) {
        return progress.checkpoint(plan.basis(), id, seq);
    }

    /** The id of the saved checkpoint; null if it could not be saved. */
    private String saved(Checkpoint checkpoint) throws InterruptedException {
        Stopwatch watch = Stopwatch.started();
        try {
            SaveOutcome outcome = StoreAnswer.await(
                    services.checkpoints().save(checkpoint), plan.limits().timeMs());
            whyNot = told(outcome, watch);
        } catch (StoreAnswer.Missing e) {
            notSaved("failed", watch, "store unavailable", e);
            whyNot = AWAY;
        }
        return whyNot == null ? checkpoint.id() : null;
    }

    /** Why the checkpoint was not saved; null if it was saved. */
    private Failure told(SaveOutcome outcome, Stopwatch watch) {
        return switch (outcome) {
            case SaveOutcome.Saved saved -> {
                services.metrics().checkpoint("saved", watch.nanos());
                yield null;
            }
            case SaveOutcome.TooLarge tooLarge -> {
                notSaved("too_large", watch, tooLarge.bytes() + " bytes", null);
                yield TOO_LARGE;
            }
        };
    }

    private void notSaved(String outcome, Stopwatch watch, String why, Throwable cause) {
        services.metrics().checkpoint(outcome, watch.nanos());
        LOG.atWarn()
                .setMessage("checkpoint not saved; the run cannot resume after a crash")
                .addKeyValue("run", run.run())
                .addKeyValue("session", run.session())
                .addKeyValue("why", why)
                .setCause(cause)
                .log();
    }
}
