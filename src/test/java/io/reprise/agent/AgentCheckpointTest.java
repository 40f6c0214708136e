package io.reprise.agent;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.CheckpointJson;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.config.storage.StoreSettings;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage.Question;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a run saves, and a store of checkpoints that is unavailable. */
@Timeout(300)
class AgentCheckpointTest extends AgentResumeBench {
    @Test
    void each_turn_with_calls_saves_one_checkpoint_before_the_calls_are_made() {
        QuietOwner owner = new Owner();
        tools.add(tool("once", call -> {
            assertThat(owner.kept).as("kept before the call").isNotEmpty();
            return "1";
        }));

        run(new ScriptedModel(calls("once {}", "once {}"), says("done")), owner, begin());

        // The results are in the log. The last turn is saved, and needs no name.
        assertThat(owner.kept).hasSize(1).allMatch(keep -> keep.checkpoint() != null);
        assertThat(kept.all.values()).extracting(Checkpoint::step).containsExactly(1, 2);
        assertThat(kept.all.values()).extracting(one -> one.calls().size()).containsExactly(2, 0);
        assertThat(kept.all.values()).extracting(Checkpoint::seq).isSorted().doesNotHaveDuplicates();
    }

    /** Symptom: a session of short answers had checkpoints fifty times as large as its log. */
    @Test
    void a_run_without_tools_saves_no_checkpoint_and_checkpoints_contain_no_conversation() {
        String said = "x".repeat(100_000);
        tools.add(tool("once", call -> said));

        run(new ScriptedModel(says(said)), new Owner(), begin());
        assertThat(kept.all).isEmpty();

        run(new ScriptedModel(calls("once {}"), says(said)), new Owner(), begin());
        assertThat(kept.all.values()).hasSize(2).allMatch(one -> CheckpointJson.write(one).length < 500);
    }

    /**
     * Symptom: an answer ended late while the database was unavailable. Cause: its end waited for the last checkpoint.
     */
    @Test
    void the_end_of_a_run_does_not_wait_for_the_checkpoint_store() {
        QuietOwner owner = new Owner() {
            @Override
            public Answer ask(Question question) throws InterruptedException {
                if (question instanceof Question.Keep)
                    AgentCheckpointTest.this.kept.broken =
                            Promise.<Checkpointer.SaveOutcome>promise().future();
                return super.ask(question);
            }
        };
        tools.add(tool("once", call -> "1"));

        RunEnd end = run(new ScriptedModel(calls("once {}"), says("done")), owner, begin());

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(kept.all).as("the last one is still on its way").hasSize(1);
    }

    @Test
    void a_failed_save_is_logged_and_the_run_continues() {
        kept.broken = Future.failedFuture("away");
        QuietOwner owner = new Owner();
        tools.add(tool("once", call -> "1"));

        RunEnd end = run(new ScriptedModel(calls("once {}"), says("done")), owner, begin());

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(owner.kept).hasSize(1).allMatch(keep -> keep.checkpoint() == null);
    }

    @Test
    void a_missing_checkpoint_ends_the_run_with_an_error_that_says_so() {
        RunEnd end = run(new ScriptedModel(says("a")), new Owner(), again("c_gone", head));

        assertThat(((RunEnd.Failed) end).failure().code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    /**
     * Symptom: Redis was unavailable for a second when a user approved a call, or became available after the server;
     * the call was lost.
     */
    @Test
    void a_run_waits_for_a_checkpoint_store_that_is_unavailable_for_a_moment() {
        QuietOwner dead = keptTurn();
        kept.awayFor.set(3);

        RunEnd end = run(new ScriptedModel(says("done")), new Owner(), again(dead));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(kept.awayFor).hasValue(0);
    }

    @Test
    void a_checkpoint_store_that_stays_unavailable_ends_the_run() {
        QuietOwner dead = keptTurn();
        whenAway = new StoreSettings(2, 1, 1, 128);
        kept.awayFor.set(Integer.MAX_VALUE);

        RunEnd end = run(new ScriptedModel(says("done")), new Owner(), again(dead));

        assertThat(((RunEnd.Failed) end).failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    private QuietOwner keptTurn() {
        tools.add(tool("once", call -> "1"));
        QuietOwner dying = dyingAt(owner -> !owner.kept.isEmpty());
        run(new ScriptedModel(calls("once {}"), says("never")), dying, begin());
        return dying;
    }
}
