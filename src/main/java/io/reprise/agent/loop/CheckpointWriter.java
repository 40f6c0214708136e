package io.reprise.agent.loop;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpointer.SaveOutcome;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage.Question;
import io.reprise.support.Stopwatch;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps how far a run has come: asks how much of it the log holds, saves a checkpoint of that, and lets the session name
 * it in the run's row. A checkpoint that is named therefore exists, and what is behind it in the log is known.
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
    private Failure whyNot = AWAY;

    CheckpointWriter(RunRequest run, RunPlan plan, AgentServices services, RunEvents events) {
        this.run = run;
        this.plan = plan;
        this.services = services;
        this.events = events;
    }

    /**
     * From here on the run goes on from this, or, when it could not be saved, from nowhere; either is stored when this
     * returns.
     */
    void keep(RunProgress progress) throws InterruptedException {
        long seq = covered();
        String id = saved(progress, seq);
        events.ask(new Question.Keep(id, seq));
    }

    /** Why what was to be kept last could not be saved; nothing when it was. */
    Optional<Failure> whyNotKept() {
        return Optional.ofNullable(whyNot);
    }

    /** For those who go back to it later: the run is over, and its end waits for no store. */
    void keepLast(RunProgress progress) throws InterruptedException {
        Checkpoint last = progress.checkpoint(plan, services.ids().next("c_"), covered());
        Stopwatch watch = Stopwatch.started();
        services.checkpoints()
                .save(last)
                .onSuccess(outcome -> told(outcome, watch))
                .onFailure(cause -> notSaved("failed", watch, "store unavailable", cause));
    }

    private long covered() throws InterruptedException {
        return ((Answer.Covered) events.ask(new Question.AskCovered())).seq();
    }

    /** Null when it could not be. */
    private String saved(RunProgress progress, long seq) throws InterruptedException {
        String id = services.ids().next("c_");
        Stopwatch watch = Stopwatch.started();
        try {
            SaveOutcome outcome = StoreAnswer.await(
                    services.checkpoints().save(progress.checkpoint(plan, id, seq)),
                    plan.limits().timeMs());
            whyNot = told(outcome, watch);
        } catch (StoreAnswer.Missing e) {
            notSaved("failed", watch, "store unavailable", e);
            whyNot = AWAY;
        }
        return whyNot == null ? id : null;
    }

    /** Why it was not saved, or null. */
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
