package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.AT_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.Answered;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.session.store.Orphan;
import io.reprise.session.store.Pauses;
import io.reprise.session.store.Placed;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs with checkpoints, and those that no process goes on with. */
class PgContinuedRunsIT extends ContinuedRunsBench {
    private static final QueuedMessage WAITING =
            new QueuedMessage("m_9", "later", "queue", "ada", "2026-01-01T00:00:00Z", "c_9");

    // --- progress

    @Test
    void a_run_is_loaded_with_its_checkpoint() {
        Resume resume = new Resume("ck_1", List.of(new Answered("t_1", EDITED), new Answered("t_2", expired())));
        RunRow run = run("r_1", 3, null, new Progress(2, 1, 7L, resume));

        append(run);

        assertThat(load().lastRun()).isEqualTo(run);
    }

    @Test
    void appends_update_the_checkpoint_of_a_run_but_not_its_first_seq() {
        append(run("r_1", 3, null, new Progress(1, 1, 4L, null)));

        append(run("r_1", 3, null, new Progress(2, 99, 8L, Resume.from("ck_2"))));
        Progress second = load().lastRun().progress();
        append(run("r_1", 3, "error", new Progress(3, 99, null, null)));
        Progress third = load().lastRun().progress();

        assertThat(second).isEqualTo(new Progress(2, 1, 8L, Resume.from("ck_2")));
        assertThat(third).isEqualTo(new Progress(3, 1, null, null));
    }

    @Test
    void a_run_suspended_by_a_stopped_server_is_recognised() {
        RunRow left = run("r_1", 3, null).suspended(AT_MS + 1_000);
        append(left);
        RunRow loaded = load().lastRun();
        assertThat(loaded).isEqualTo(left);
        assertThat(loaded.isSuspended()).isTrue();

        append(loaded.again(2, false, AT_MS + 61_000));

        assertThat(load().lastRun().pauses()).isEqualTo(new Pauses(1, null, 60_000));
    }

    @Test
    void a_run_of_an_earlier_version_is_its_own_root_and_cannot_resume() {
        append(run("r_1", 3, null));
        database.execute("UPDATE run SET root_seq = NULL");

        assertThat(load().lastRun().progress()).isEqualTo(Progress.none(3));
    }

    @Test
    void a_store_remembers_that_an_attempt_announces_before_it_stores() {
        append(run("r_1", 1, null));

        append(new RunRow("r_1", "user", 1, AT_MS, false, null, null));

        assertThat(load().lastRun().exact()).isFalse();
    }

    @Test
    void saving_a_checkpoint_does_not_move_the_session_in_the_list() {
        log("r_1", started("r_1"));
        append(run("r_1", 1, null));
        database.execute("UPDATE session SET updated_at = '2020-01-01'");
        log("r_1", new LogEvent.StepStarted("step 1"));

        append(run("r_1", 1, null, new Progress(1, 1, 2L, Resume.from("ck_1"))));
        String kept = database.look("SELECT extract(year FROM updated_at) FROM session");
        append(run("r_1", 1, "success"));

        assertThat(kept).isEqualTo("2020");
        assertThat(database.look("SELECT extract(year FROM updated_at) FROM session"))
                .isNotEqualTo("2020");
    }

    @Test
    void the_last_message_before_a_resumed_run_precedes_its_first_run() {
        user("m_0", "before", null);
        log("r_1", started("r_1"));
        user("m_1", "asked", "r_1");
        log("r_1", finished("r_1"));
        log("r_2", started("r_2"));
        append(run("r_1", 4, "interrupt"), run("r_2", 9, null, new Progress(1, 4, null, null)));

        assertThat(load().outline().beforeRun()).isEqualTo("m_0");
    }

    // --- orphans

    /** There is normally one. A second one would otherwise stay active forever. */
    @Test
    void every_run_that_has_not_ended_is_loaded_as_orphaned_even_if_it_is_not_the_last_one() {
        append(run("r_1", 1, null), run("r_2", 5, null), run("r_3", 9, "success"));

        assertThat(load().orphans()).extracting(orphan -> orphan.run().id()).containsExactly("r_1", "r_2");
        assertThat(load().lastRun().id()).isEqualTo("r_3");
    }

    @Test
    void an_orphaned_run_is_loaded_with_events_rewinds_and_stops_of_the_run_that_it_resumes() {
        LogEvent call = new LogEvent.ToolCallStart("t_1", "sleep", "m_2");
        LogEvent restarted = LogEvent.Custom.of(new LogEvent.RunRestarted("r_2", 2, 6, null));
        LogEvent result = LogEvent.ToolCallResult.of("m_3", "t_1", "done");
        LogEvent stopping = LogEvent.Custom.of(new LogEvent.RunStopping("r_2", "ada"));
        log("r_0", started("r_0"));
        log("r_1", started("r_1"));
        log("r_1", call);
        log("r_1", finished("r_1"));
        log(null, LogEvent.Custom.of(new LogEvent.QueueChanged(List.of(WAITING))));
        log("r_2", started("r_2"));
        log("r_2", result);
        log("r_2", restarted);
        log("r_2", stopping);
        log("r_3", started("r_3"));
        append(run("r_1", 2, "interrupt"), run("r_2", 6, null, new Progress(2, 2, 6L, null)));

        List<Placed> structure = orphan().structure();

        assertThat(structure)
                .containsExactly(
                        new Placed(2, started("r_1")),
                        new Placed(3, call),
                        new Placed(4, finished("r_1")),
                        new Placed(6, started("r_2")),
                        new Placed(7, result),
                        new Placed(8, restarted),
                        new Placed(9, stopping));
    }

    @Test
    void an_orphaned_run_is_loaded_with_the_messages_it_received_after_its_checkpoint() {
        log("r_1", started("r_1"));
        user("m_1", "the beginning", "r_1");
        user("m_2", "in the checkpoint", "r_1");
        long resumeSeq = rows.getLast().seq();
        user("m_3", "Grüße \"x\"\n😀", "r_1");
        log("r_1", new LogEvent.TextStart("m_4", Role.ASSISTANT, null));
        user("m_5", "second", "r_1");
        append(run("r_1", 1, null, new Progress(1, 1, resumeSeq, Resume.from("ck_1"))));

        List<QueuedMessage> said = orphan().said();

        String at = "2023-11-14T22:13:20.123Z";
        assertThat(said)
                .containsExactly(
                        new QueuedMessage("m_3", "Grüße \"x\"\n😀", "steer", "eve", at, "c_m_3"),
                        new QueuedMessage("m_5", "second", "steer", "eve", at, "c_m_5"));
    }

    @Test
    void the_parts_of_a_received_message_are_loaded_too() {
        Part image = new Part.Unknown("audio", "{\"type\":\"audio\",\"attachment\":\"at_1\"}");
        List<Part> rest = List.of(image, new Part.Text("this"));
        log("r_1", started("r_1"));
        user("m_1", "the beginning", "r_1");
        long resumeSeq = rows.getLast().seq();
        user("m_2", "see", "r_1", rest);
        log("r_1", new LogEvent.TextStart("m_3", Role.USER, new MessageMetadata("c_m_3", "eve").with(rest)));
        log("r_1", new LogEvent.TextEnd("m_3"));
        append(run("r_1", 1, null, new Progress(1, 1, resumeSeq, Resume.from("ck_1"))));

        assertThat(orphan().said())
                .extracting(QueuedMessage::content)
                .containsExactly(Content.of("see", rest), new Content(rest));
    }

    @Test
    void a_message_that_was_delivered_to_two_attempts_is_returned_to_the_queue_once() {
        log("r_1", started("r_1"));
        user("m_1", "the beginning", "r_1");
        user("m_2", "given", "r_1");
        log("r_1", LogEvent.Custom.of(new LogEvent.RunRestarted("r_1", 2, 4, "m_1")));
        user("m_2", "given", "r_1");
        append(run("r_1", 1, null, new Progress(2, 1, 4L, null)));

        assertThat(orphan().said()).extracting(QueuedMessage::message).containsExactly("m_2");
    }

    @Test
    void the_message_that_a_run_began_with_is_not_given_back_to_the_queue() {
        log("r_1", started("r_1"));
        user("m_1", "the beginning", "r_1");
        append(run("r_1", 1, null, new Progress(1, 1, 1L, null)));

        assertThat(orphan().said()).isEmpty();
    }

    @Test
    void an_orphaned_run_that_cannot_resume_returns_no_messages_to_the_queue() {
        log("r_1", started("r_1"));
        user("m_1", "the beginning", "r_1");
        user("m_2", "given", "r_1");
        append(run("r_1", 1, null));

        assertThat(orphan().said()).isEmpty();
    }

    @Test
    void events_that_change_messages_are_found_by_their_index() {
        database.execute("ALTER TABLE session_event DROP CONSTRAINT session_event_pkey");
        database.execute("""
                DO $$ BEGIN
                    EXECUTE format('ALTER DATABASE %I SET enable_seqscan = off', current_database());
                END $$""");

        for (String condition : List.of(PgMessages.AMENDING, PgMessages.REWOUND)) {
            String plan = database.look(
                    "EXPLAIN (FORMAT JSON) SELECT 1 FROM session_event WHERE session_id = 's_1' AND " + condition);
            assertThat(plan).contains("session_event_amending");
        }
    }

    private Orphan orphan() {
        List<Orphan> orphans = load().orphans();
        assertThat(orphans).hasSize(1);
        return orphans.getFirst();
    }

    private static LogEvent finished(String run) {
        return new LogEvent.RunFinished(SESSION, run, LogEvent.Outcome.SUCCESS, null);
    }
}
