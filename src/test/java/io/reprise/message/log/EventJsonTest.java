package io.reprise.message.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.ErrorCode;
import io.reprise.message.Json;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent.Custom;
import io.reprise.message.log.LogEvent.HistoryRewound;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.Outcome;
import io.reprise.message.log.LogEvent.QueueChanged;
import io.reprise.message.log.LogEvent.RunStopping;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

public class EventJsonTest {
    private static final Part IMAGE = new Part.File("image", "at_1", "cat.png", "image/png", 5L, 2, 1);
    private static final Part LATER = new Part.Unknown("audio", "{\"type\":\"audio\",\"attachment\":\"at_1\"}");

    public static List<LogEvent> events() {
        return List.of(
                new LogEvent.RunStarted("s", "r", new LogEvent.RunMetadata("user")),
                new LogEvent.RunFinished("s", "r", Outcome.SUCCESS, List.of(TokenUsage.of("demo", "demo", 3, 4))),
                new LogEvent.RunFinished("s", "r", Outcome.CANCELLED, null),
                new LogEvent.RunError("It broke.", ErrorCode.MODEL_ERROR),
                new LogEvent.StepStarted("step 1"),
                new LogEvent.StepFinished("step 1"),
                new LogEvent.TextStart("m", Role.USER, new MessageMetadata("c", "me")),
                new LogEvent.TextStart("m", Role.ASSISTANT, null),
                new LogEvent.TextContent("m", "a \"quoted\" \\ \n ü 😀 \u0001"),
                new LogEvent.TextEnd("m"),
                new LogEvent.ReasoningStart("m"),
                new LogEvent.ReasoningMessageStart("m"),
                new LogEvent.ReasoningContent("m", "hm"),
                new LogEvent.ReasoningMessageEnd("m"),
                new LogEvent.ReasoningEnd("m"),
                LogEvent.ReasoningEncryptedValue.ofMessage("m", "{\"a\":1}"),
                LogEvent.ReasoningEncryptedValue.ofToolCall("t", "x"),
                new LogEvent.ToolCallStart("t", "time", "m"),
                new LogEvent.ToolCallArgs("t", "{\"zone\":"),
                new LogEvent.ToolCallEnd("t"),
                LogEvent.ToolCallResult.of("m2", "t", "12:00"),
                LogEvent.ToolCallResult.of("m2", "t", Content.of("see", List.of(IMAGE, LATER))),
                new LogEvent.SubagentStarted("a_1", "helper", "helps", null, "t", null),
                LogEvent.SubagentFinished.success("a_1"),
                LogEvent.SubagentFinished.suspended("a_1", List.of("i_1")),
                LogEvent.SubagentError.stopped("a_1"),
                new LogEvent.TextStart("m", Role.ASSISTANT, null).of("a_1"),
                new LogEvent.TextContent("m", "the \"subagentRunId\":\"a_2\" of").of("a_1"),
                new LogEvent.ToolCallArgs("t", "{").of("a_1"),
                new LogEvent.StepStarted("step 1").of("a_1"),
                Custom.of(new RunStopping("r", "me")).of("a_1"),
                new LogEvent.TextStart("m", Role.USER, new MessageMetadata("c", "me").with(List.of(IMAGE, LATER))),
                Custom.of(new QueueChanged(
                        List.of(new QueuedMessage("m3", "hi", "queue", "me", "2026-01-01T00:00:00Z", "c2")))),
                Custom.of(new RunStopping("r", "me")),
                Custom.of(new HistoryRewound(12, "m")),
                Custom.of(new HistoryRewound(0, null)),
                new LogEvent.RunStarted("s", "r", new LogEvent.RunMetadata("recall", "rc")),
                new LogEvent.TextStart("m", Role.USER, MessageMetadata.ofRecall("rc", "me")),
                Custom.of(new LogEvent.RecallUpdated(
                        "rc",
                        "cron",
                        "2026-01-01T00:00:00Z",
                        Recall.Status.PENDING,
                        Recall.Action.RESCHEDULED,
                        "error",
                        "stretch",
                        "r",
                        RecallSchedule.cron("0 9 * * 1-5", "Europe/Lisbon"),
                        RecallContext.LAST,
                        RecallTarget.NEW,
                        Recall.Pause.CHAIN)),
                Custom.of(new LogEvent.ContextSummarised(7, "they spoke", 100, 3)));
    }

    @ParameterizedTest
    @MethodSource("events")
    void every_event_survives_its_json(LogEvent event) {
        String json = EventJson.of(event);

        assertThat(EventJson.parse(json)).isEqualTo(event);
        assertThat(json).startsWith("{\"type\":\"" + EventJson.name(EventJson.type(event)) + "\"");
    }

    /** As rows were stored before a content had parts. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"TOOL_CALL_RESULT\",\"messageId\":\"m_2\",\"toolCallId\":\"t_1\",\"content\":\"\",\"role\":\"tool\"}",
                "{\"type\":\"TOOL_CALL_RESULT\",\"messageId\":\"m_2\",\"toolCallId\":\"t_1\",\"content\":\"noon\","
                        + "\"role\":\"tool\",\"metadata\":{\"status\":\"error\"}}",
                "{\"type\":\"TEXT_MESSAGE_START\",\"messageId\":\"m_1\",\"role\":\"user\","
                        + "\"metadata\":{\"command\":\"c_1\",\"by\":\"ada\",\"zone\":\"Europe/Berlin\"}}",
                "{\"type\":\"CUSTOM\",\"name\":\"queue.changed\",\"value\":{\"queue\":[{\"message\":\"m_3\",\"text\":\"hi\","
                        + "\"onBusy\":\"queue\",\"by\":\"ada\",\"at\":\"2026-01-01T00:00:00Z\",\"command\":\"c_2\"}]}}"
            })
    void an_event_without_parts_is_read_and_written_as_before(String stored) {
        assertThat(EventJson.of(EventJson.parse(stored))).isEqualTo(stored);
    }

    @Test
    void a_custom_event_has_its_name_next_to_its_value() {
        assertThat(EventJson.of(Custom.of(new RunStopping("r1", "me"))))
                .isEqualTo("{\"type\":\"CUSTOM\",\"name\":\"run.stopping\",\"value\":{\"run\":\"r1\",\"by\":\"me\"}}");
    }

    @Test
    void a_hand_written_delta_equals_the_output_of_the_json_mapper() {
        LogEvent delta = new LogEvent.TextContent("m\"1", "a\tb\u001f \u2028 é 😀 </script>");

        assertThat(EventJson.of(delta)).isEqualTo(Json.text(delta));
    }
}
