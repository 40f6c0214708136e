package io.reprise.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.Checkpoint.Call;
import io.reprise.message.LogEvent.TokenUsage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.Thoughts;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckpointJsonTest {
    private static final ToolRequest CALL = new ToolRequest("t_1", "time", "{}");
    private static final Checkpoint WHOLE = new Checkpoint(
            "s_1",
            "r_1",
            "c_1",
            11,
            2,
            List.of(
                    User.ofRecall("Up!"),
                    new ToolOutcome("t_0", "time", "noon"),
                    new Assistant("Hm", List.of(CALL), new Thoughts("so", Map.of("signature", "x")))),
            List.of(new Call(CALL, true, null)),
            List.of(TokenUsage.of("demo", "demo", 3, 4)),
            99);

    /** What earlier versions have kept: a change here needs a reader of both. */
    private static final String KEPT = """
            {"session":"s_1","run":"r_1","id":"c_1","seq":11,"step":2,"context":[\
            {"type":"user","text":"[A recall that was scheduled in this conversation is due. It says:]\\nUp!"},\
            {"type":"toolOutcome","id":"t_0","name":"time","text":"noon"},\
            {"type":"assistant","text":"Hm","calls":[{"id":"t_1","name":"time","arguments":"{}"}],\
            "thoughts":{"text":"so","seals":{"signature":"x"}}}],\
            "calls":[{"request":{"id":"t_1","name":"time","arguments":"{}"},"cleared":true,"outcome":null}],\
            "usage":[{"provider":"demo","model":"demo","inputTokens":3,"outputTokens":4,"totalTokens":7}],\
            "elapsedMs":99}""";

    @Test
    void it_holds_components_and_nothing_else() {
        assertThat(text(CheckpointJson.write(WHOLE))).isEqualTo(KEPT);
    }

    @Test
    void what_was_kept_is_read_also_with_fields_of_a_later_version() {
        String later = KEPT.replace("\"elapsedMs\":99", "\"elapsedMs\":99,\"later\":{\"a\":1}");

        assertThat(CheckpointJson.read(bytes(KEPT))).isEqualTo(WHOLE);
        assertThat(CheckpointJson.read(bytes(later))).isEqualTo(WHOLE);
    }

    @Test
    void half_a_character_spoils_only_itself() {
        Checkpoint half =
                new Checkpoint("s_1", "r_1", "c_1", 1, 1, List.of(new User("a\uD83Cb")), List.of(), List.of(), 0);

        assertThat(CheckpointJson.read(CheckpointJson.write(half)).context()).containsExactly(new User("a?b"));
    }

    @Test
    void what_is_no_checkpoint_is_refused() {
        for (String text : List.of("", "null", "{", "[]", "{\"context\":[{\"type\":\"later\"}]}")) {
            assertThatThrownBy(() -> CheckpointJson.read(bytes(text)))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
