package io.reprise.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.RunAnswer;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage.RunQuestion;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.support.Stopwatch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs over the bus of one node. */
@Timeout(300)
class AgentVerticleTest extends AgentVerticleBench {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/stream 2000 0",
                "/stream 60 600",
                "/stream x",
                "/tool time {\"zone\":\"Asia/Tokyo\"}",
                "/tool nothing",
                "/tool time {bad",
                "/think 100",
                "/steps 3",
                "/echo hello 😀",
                "/usage",
                "remind me in 10 seconds to stretch"
            })
    void every_command_of_the_demo_model_finishes_its_run(String text) throws Exception {
        whenAsked(text);
        awaitEnd();

        assertThat(owner.end()).isInstanceOf(RunEnd.Finished.class);
        assertOneWholeRun();
        assertThat(opened()).isEqualTo(closed());
    }

    @Test
    void the_events_of_a_run_come_in_the_order_of_the_protocol() throws Exception {
        whenAsked("/tool time {}");
        awaitEnd();

        assertThat(typesWithoutRepeats())
                .containsExactly(
                        "STEP_STARTED",
                        "TOOL_CALL_START",
                        "TOOL_CALL_ARGS",
                        "TOOL_CALL_END",
                        "TOOL_CALL_RESULT",
                        "STEP_FINISHED",
                        "STEP_STARTED",
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_END",
                        "STEP_FINISHED");
        assertThat(owner.text()).contains("1970-01-01T00:00:00Z");
    }

    @Test
    void a_fast_stream_arrives_whole() throws Exception {
        int words = 1_000_000;
        Stopwatch watch = Stopwatch.started();

        whenAsked("/stream " + words + " 0");
        awaitEnd();

        System.out.println(words + " deltas in " + watch.ms() + " ms, " + owner.received() + " batches");
        assertOneWholeRun();
        assertThat(owner.text().equals(words(words))).isTrue();
    }

    @Test
    void the_limit_of_unanswered_batches_holds_however_late_answers_come() throws Exception {
        owner.answering = false;
        long timer = vertx.setPeriodic(2, fired -> owner.ack());
        whenAsked("/stream 20000 0");
        awaitEnd();
        vertx.cancelTimer(timer);

        assertThat(owner.unansweredMost).isBetween(2, limits.batchesMax);
        assertOneWholeRun();
        assertThat(owner.text()).isEqualTo(words(20_000));
    }

    @Test
    void the_demo_command_fail_ends_the_run_with_its_code() throws Exception {
        whenAsked("/fail 429");
        awaitEnd();

        assertFailed(ErrorCode.TOO_MANY_REQUESTS);
    }

    @Test
    void more_steps_than_the_limit_fail() throws Exception {
        limits.stepsMax = 5;
        whenAsked("/steps 6");
        awaitEnd();

        assertFailed(ErrorCode.STEP_LIMIT);
    }

    @Test
    void a_run_keeps_the_limits_that_it_began_with_and_the_next_one_has_others() throws Exception {
        owner.steering = false;
        whenAsked("/steps 6");
        await().until(() -> !owner.questions.isEmpty()); // It is before its second step.

        limits.stepsMax = 5;
        owner.steering = true;
        int asked = owner.questions.getFirst().number();
        owner.send(new RunAnswer(owner.run, asked, new Answer.Steering(List.of())));
        awaitEnd();

        assertThat(owner.end()).isInstanceOf(RunEnd.Finished.class);
        owner = newOwner();
        owner.ask("s2", log.userSays("s2", owner.run, "/steps 6"));
        awaitEnd();
        assertFailed(ErrorCode.STEP_LIMIT);
    }

    @Test
    void before_each_model_call_but_the_first_the_owner_is_asked_for_messages() throws Exception {
        whenAsked("/steps 3");
        awaitEnd();

        assertThat(owner.end()).isInstanceOf(RunEnd.Finished.class);
        assertThat(owner.questions).hasSize(3);
        // Each comes after the previous step.
        for (int step = 1; step <= 3; step++) {
            List<LogEvent> before = owner
                    .batches
                    .subList(0, owner.questions.get(step - 1).sent())
                    .stream()
                    .flatMap(batch -> batch.events().stream())
                    .toList();
            assertThat(before.getLast()).isEqualTo(new LogEvent.StepFinished("step " + step));
        }
    }

    @Test
    void a_question_is_repeated_until_it_is_answered_and_the_answer_is_followed() throws Exception {
        limits.heartbeatMs = 10;
        owner.steering = false;
        owner.steered.add(new AgentMessage.SteeredMessage("m1", "/echo left"));
        whenAsked("/steps 3");
        await().until(() -> owner.questions.size() >= 3);
        assertThat(owner.questions)
                .extracting(RunQuestion::number)
                .containsOnly(owner.questions.getFirst().number());
        assertThat(owner.events()).last().isEqualTo(new LogEvent.StepFinished("step 1"));

        owner.steering = true;
        awaitEnd();

        assertThat(owner.text()).isEqualTo("left");
    }

    /** How a text is split into deltas depends on timing. */
    private List<String> typesWithoutRepeats() {
        List<String> types = new ArrayList<>();
        for (LogEvent event : owner.events()) {
            String type = EventJson.type(event);
            if (types.isEmpty() || !types.getLast().equals(type)) types.add(type);
        }
        return types;
    }

    private long opened() {
        return count(
                "TEXT_MESSAGE_START", "REASONING_MESSAGE_START", "REASONING_START", "STEP_STARTED", "TOOL_CALL_START");
    }

    private long closed() {
        return count("TEXT_MESSAGE_END", "REASONING_MESSAGE_END", "REASONING_END", "STEP_FINISHED", "TOOL_CALL_RESULT");
    }

    private long count(String... types) {
        return owner.events().stream()
                .filter(event -> List.of(types).contains(EventJson.type(event)))
                .count();
    }
}
