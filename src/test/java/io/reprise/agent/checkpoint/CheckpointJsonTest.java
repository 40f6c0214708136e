package io.reprise.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.agent.checkpoint.Checkpoint.Asked;
import io.reprise.history.Histories.ContextStart;
import io.reprise.message.log.LogEvent.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointJsonTest {
    private static final Checkpoint WHOLE = new Checkpoint(
                    "s_1",
                    "r_1",
                    "c_1",
                    11,
                    2,
                    new ContextStart(1, 3),
                    List.of(new Asked("t_1", true)),
                    List.of(TokenUsage.of("demo", "demo", 3, 4)),
                    99)
            .by(new RunBasis("writer", 3L, "support@2", "fast", "v_1"));

    /** What earlier versions have saved: a change here needs a reader of both. */
    private static final String KEPT = """
            {"session":"s_1","run":"r_1","id":"c_1","seq":11,"step":2,"start":{"fold":1,"first":3},\
            "calls":[{"id":"t_1","cleared":true}],\
            "usage":[{"provider":"demo","model":"demo","inputTokens":3,"outputTokens":4,"totalTokens":7}],\
            "elapsedMs":99,"agent":"writer","agentVersion":3,"prompt":"support@2","model":"fast","catalogVersion":"v_1"}""";

    /** What was saved before prompts and models were named. */
    private static final String WITHOUT_PROMPT =
            KEPT.replace("\"agentVersion\":3,\"prompt\":\"support@2\",\"model\":\"fast\",", "");

    /** What was saved before agents were named. */
    private static final String WITHOUT_AGENT =
            WITHOUT_PROMPT.replace(",\"agent\":\"writer\",\"catalogVersion\":\"v_1\"", "");

    /** What the first versions have saved. */
    private static final String FIRST = """
            {"session":"s_1","run":"r_1","id":"c_1","seq":11,"step":2,"context":[\
            {"type":"user","text":"[A recall that was scheduled in this conversation is due. It says:]\\nUp!"},\
            {"type":"toolOutcome","id":"t_0","name":"time","text":"noon"},\
            {"type":"assistant","text":"Hm","calls":[{"id":"t_1","name":"time","arguments":"{}"}],\
            "thoughts":{"text":"so","seals":{"signature":"x"}}}],\
            "calls":[{"request":{"id":"t_1","name":"time","arguments":"{}"},"cleared":true,"outcome":null}],\
            "usage":[{"provider":"demo","model":"demo","inputTokens":3,"outputTokens":4,"totalTokens":7}],\
            "elapsedMs":99}""";

    @Test
    void its_json_has_exactly_its_components() {
        assertThat(text(CheckpointJson.write(WHOLE))).isEqualTo(KEPT);
    }

    @Test
    void checkpoints_with_unknown_fields_are_read() {
        String later = KEPT.replace("\"elapsedMs\":99", "\"elapsedMs\":99,\"later\":{\"a\":1}");

        assertThat(CheckpointJson.read(bytes(KEPT))).isEqualTo(WHOLE);
        assertThat(CheckpointJson.read(bytes(later))).isEqualTo(WHOLE);
    }

    @Test
    void checkpoints_from_before_agents_were_named_are_read_without_an_agent() {
        assertThat(WITHOUT_AGENT).doesNotContain("writer");
        assertThat(CheckpointJson.read(bytes(WITHOUT_AGENT))).isEqualTo(WHOLE.by(RunBasis.UNKNOWN));
    }

    @Test
    void checkpoints_from_before_prompts_and_models_were_named_are_read_without_them() {
        assertThat(WITHOUT_PROMPT).doesNotContain("support", "fast").contains("writer");
        assertThat(CheckpointJson.read(bytes(WITHOUT_PROMPT))).isEqualTo(WHOLE.by(RunBasis.of("writer", "v_1")));
    }

    @Test
    void checkpoints_of_the_first_version_are_read_without_their_copy_of_the_log() {
        assertThat(CheckpointJson.read(bytes(FIRST)))
                .isEqualTo(WHOLE.startingAt(null).by(RunBasis.UNKNOWN));
    }

    @Test
    void invalid_checkpoints_are_refused() {
        for (String text : List.of("", "null", "{", "[]", "{}", "{\"id\":\"c\",\"calls\":[7]}")) {
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
