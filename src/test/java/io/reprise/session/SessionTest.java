package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.Delivery.Mode;
import io.reprise.message.Delivery.Reason;
import io.reprise.message.ErrorCode;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.RunRow;
import io.reprise.telemetry.PrometheusMetrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One session with a store that answers when the test says so. */
class SessionTest extends SessionBench {
    @Test
    void an_accepted_message_is_answered_and_given_to_the_agent_only_once_it_is_stored() {
        send("c1", "hello");
        assertThat(told(Delivery.Answer.class)).isEmpty();
        assertThat(told(AgentMessage.RunRequest.class)).isEmpty();

        storeAll();

        CommandResult.Sent sent = (CommandResult.Sent) accepted("c1").result();
        assertThat(sent.status()).isEqualTo(CommandResult.Status.STARTED);
        assertThat(told(AgentMessage.RunRequest.class)).singleElement().satisfies(request -> {
            assertThat(request.run()).isEqualTo(sent.run());
            assertThat(request.head()).isEqualTo(store.head);
        });
        assertThat(types())
                .containsExactly("RUN_STARTED", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END");
    }

    @Test
    void a_run_stopped_before_it_has_started_is_not_sent_to_the_agent() {
        send("c1", "hello");
        stop("c2");
        storeAll();

        assertThat(told(AgentMessage.class)).isEmpty();
        assertThat(types()).endsWith("TEXT_MESSAGE_END", "CUSTOM", "RUN_FINISHED");
        assertThat(store.runs.values()).extracting(RunRow::outcome).containsExactly("cancelled");
    }

    @Test
    void a_stop_reaches_the_agent_before_anything_is_stored() {
        start();
        stop("c2");

        assertThat(told(AgentMessage.StopRun.class)).hasSize(1);
        assertThat(pending()).as("the stop's own append is under way").isNotEmpty();
    }

    @Test
    void events_of_a_stopped_agent_are_dropped_and_open_items_are_closed() {
        String run = start();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"), new LogEvent.TextStart("a", Role.ASSISTANT, null));
        batch(run, 2, null, new LogEvent.TextContent("a", "kept"));
        stop("c2");
        batch(run, 3, null, new LogEvent.TextContent("a", "dropped"));
        batch(run, 4, new RunEnd.Cancelled());
        storeAll();

        assertThat(types())
                .endsWith("TEXT_MESSAGE_CONTENT", "CUSTOM", "TEXT_MESSAGE_END", "STEP_FINISHED", "RUN_FINISHED");
        assertThat(store.fold(store.head)).contains("kept").doesNotContain("dropped");
    }

    @Test
    void an_agent_that_ignores_its_stop_is_not_waited_for() {
        String run = start();
        stop("c2");
        handle(new Input.GraceOver(run));
        storeAll();

        assertThat(types()).endsWith("RUN_FINISHED");
    }

    @Test
    void a_lost_batch_ends_the_run() {
        String run = start();
        batch(run, 2, null, new LogEvent.TextStart("a", Role.ASSISTANT, null));
        storeAll();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(told(AgentMessage.StopRun.class)).hasSize(1);
    }

    @Test
    void an_agent_that_is_silent_for_too_long_ends_the_run() {
        String run = start();
        nowMs += 9_000;
        handle(new Input.Heartbeat());
        assertThat(told(AgentMessage.RunBeat.class)).hasSize(1);
        nowMs += 2_000;
        handle(new Input.Heartbeat());
        storeAll();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    /**
     * Symptom: a step of the machine's clock (NTP, a migrated or suspended machine) ended every run with "Lost contact
     * with the agent". Cause: silence was measured by the wall clock.
     */
    @ParameterizedTest
    @ValueSource(longs = {60_000, -60_000})
    void a_step_of_the_wall_clock_ends_no_run_and_hides_no_silence(long step) {
        String run = start();

        stepMs = step;
        handle(new Input.Heartbeat());
        nowMs += 9_000;
        handle(new Input.Heartbeat());
        storeAll();
        boolean lives = store.runs.get(run).outcome() == null;
        nowMs += 2_000;
        handle(new Input.Heartbeat());
        storeAll();

        assertThat(lives).isTrue();
        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    @Test
    void an_agent_is_held_back_while_too_much_is_not_stored() {
        settings.put("log.bufferBytesMax", "65536");
        try (PrometheusMetrics seen = new PrometheusMetrics()) {
            metrics = seen.metrics();
            load();
            String run = start();
            batch(run, 1, null, new LogEvent.TextStart("a", Role.ASSISTANT, null));
            storeAll();
            effects.clear();
            batch(run, 2, null, new LogEvent.TextContent("a", "x".repeat(70_000)));
            batch(run, 3, null, new LogEvent.TextContent("a", "y"));
            assertThat(told(AgentMessage.BatchAck.class)).isEmpty();

            handle(new Input.FlushDue());
            storeAll();

            assertThat(told(AgentMessage.BatchAck.class))
                    .extracting(AgentMessage.BatchAck::number)
                    .containsExactly(3);
            assertThat(seen.text()).contains("reprise_runs_held_back_total 1.0");
        }
    }

    @Test
    void a_repeat_shares_the_outcome_of_the_command_that_is_being_stored() {
        send("c1", "hello");
        send("c1", "hello");
        storeAll();

        assertThat(told(Delivery.Answer.class)).hasSize(2);
        assertThat(store.runs).hasSize(1);
    }

    @Test
    void a_repeat_with_another_payload_is_a_conflict() {
        send("c1", "hello");
        storeAll();
        send("c1", "something else");
        storeAll();

        assertThat(refused("c1")).isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void stopping_everything_does_not_start_what_waits() {
        start();
        send("c2", "later");
        storeAll();
        request("c3", new Command.Stop(null, Command.Scope.ALL));
        handle(new Input.GraceOver(store.runs.keySet().iterator().next()));
        storeAll();

        CommandResult.Stopped stopped = (CommandResult.Stopped) accepted("c3").result();
        assertThat(stopped.stopped()).hasSize(1);
        assertThat(stopped.unqueued()).hasSize(1);
        assertThat(store.runs).hasSize(1);
        assertThat(store.queue).isEmpty();
    }

    @Test
    void new_commands_are_refused_while_the_store_is_unavailable_and_a_decided_one_waits() {
        send("c1", "hello");
        answerLookUp();
        handle(new Input.AppendDelayed());
        send("c2", "again");

        assertThat(refused("c2")).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(told(Delivery.Answer.class)).noneMatch(answer -> answer.ticket() == 1);

        storeAll();
        assertThat(accepted("c1").duplicate()).isFalse();
    }

    @Test
    void a_store_that_stays_unavailable_stops_the_run_and_stores_its_end_later() {
        String run = start();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"));
        handle(new Input.AppendDelayed());
        long since = nowMs;
        nowMs += 30_000;
        handle(new Input.StoreWaitOver(since));
        handle(new Input.GraceOver(run));
        storeAll();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void an_attach_receives_the_verdict_for_its_cursor() {
        settings.put("log.replayEvents", "100");
        for (int i = 0; i < 130; i++) {
            store.rows.add(new LogRow.Single(i + 1, null, "CUSTOM", "{\"type\":\"CUSTOM\"}", 0));
        }
        store.head = 130;
        load();

        assertThat(attach(null).mode()).isEqualTo(Mode.SNAPSHOT);
        assertThat(attach(new Cursor("e0", 130)).mode()).isEqualTo(Mode.REPLAY);
        assertThat(attach(new Cursor("e0", 30)).attached().recovered()).isTrue();
        Delivery.Verdict trimmed = attach(new Cursor("e0", 29));
        assertThat(trimmed.mode()).isEqualTo(Mode.SNAPSHOT);
        assertThat(trimmed.attached().reason()).isEqualTo(Reason.TRIMMED);
        assertThat(trimmed.attached().missing()).containsExactly(30L, 30L);
        assertThat(trimmed.attached().floor()).isEqualTo(31);
        assertThat(attach(new Cursor("e0", 131)).attached().reason()).isEqualTo(Reason.AHEAD);
        assertThat(attach(new Cursor("other", 5)).attached().reason()).isEqualTo(Reason.EPOCH);
    }

    @Test
    void a_session_of_another_user_is_not_found() {
        handle(message(new ShardMessage.Attach("s", "mallory", READER, null)));
        handle(message(new ShardMessage.Request(
                "s",
                "mallory",
                "c1",
                "h",
                new Command.Stop(null, Command.Scope.RUN),
                new ShardMessage.ReplyTo("g", 1))));

        assertThat(told(Delivery.AttachRefused.class)).hasSize(1);
        assertThat(refused("c1")).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void the_page_that_reaches_the_head_makes_its_reader_live() {
        start();
        attach(null);
        handle(message(new ShardMessage.Pull("s", READER, 1, 0)));
        assertThat(told(Delivery.EventPage.class).getLast().live()).isTrue();

        batch(store.runs.keySet().iterator().next(), 1, null, new LogEvent.TextContent("a", "news"));

        assertThat(told(Delivery.LiveEvents.class).getLast().frames()).hasSize(1);
    }

    @Test
    void a_crash_ends_the_run_in_a_new_epoch_and_lets_the_queue_continue() {
        settings.put("run.restartsMax", "0");
        String run = start();
        send("c2", "later");
        storeAll();

        load();
        storeAll();

        assertThat(store.epoch).isNotEqualTo("e0");
        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(store.runs).hasSize(2);
        assertThat(store.queue).isEmpty();
    }

    @Test
    void a_crash_keeps_the_epoch_when_nothing_was_announced_before_it_was_stored() {
        settings.put("log.flushMs", "0");
        load();
        start();

        load();
        storeAll();

        assertThat(store.epoch).isEqualTo("e0");
    }

    @Test
    void the_time_until_a_growing_text_is_stored_follows_the_settings() {
        String run = start();
        storeAll();
        batch(run, 1, null, new LogEvent.TextStart("a", Role.ASSISTANT, null));
        storeAll();
        handle(new Input.FlushDue()); // The timer that the beginning of the run started.
        storeAll();
        change("log.flushMs", "70");
        effects.clear();

        batch(run, 2, null, new LogEvent.TextContent("a", "growing"));

        assertThat(effects).contains(new Effect.Later(70, new Input.FlushDue()));
    }

    @Test
    void content_that_the_store_refuses_ends_the_run_and_is_not_tried_again() {
        send("c1", "hello");
        answerLookUp();
        handle(new Input.Appended(new AppendOutcome.Refused("22021")));

        assertThat(refused("c1")).isEqualTo(ErrorCode.INTERNAL);
        assertThat(effects)
                .anySatisfy(effect -> assertThat(effect).isInstanceOfSatisfying(Effect.Drop.class, drop -> {
                    assertThat(drop.contentRefused()).isTrue();
                    assertThat(drop.unanswered()).isEmpty();
                }));
    }

    @Test
    void a_session_that_was_taken_over_returns_its_unanswered_commands() {
        send("c1", "hello");
        answerLookUp();
        handle(new Input.Appended(new AppendOutcome.Lost()));

        assertThat(effects)
                .anySatisfy(effect -> assertThat(effect)
                        .isInstanceOfSatisfying(
                                Effect.Drop.class,
                                drop -> assertThat(drop.unanswered())
                                        .extracting(ShardMessage.Request::id)
                                        .containsExactly("c1")));
    }
}
