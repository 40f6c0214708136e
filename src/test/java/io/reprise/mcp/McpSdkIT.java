package io.reprise.mcp;

import static io.reprise.mcp.McpBench.call;
import static io.reprise.mcp.McpBench.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.message.Json;
import io.reprise.message.inquiry.InquiryForm;
import io.reprise.message.inquiry.InquiryForm.Checked;
import io.reprise.support.StopSignal;
import io.reprise.testing.Patience;
import io.reprise.tool.AskingException;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall.Answer;
import io.reprise.tool.ToolCall.Continued;
import io.reprise.tool.ToolFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server made with the official Java SDK, in a process of its own. */
@Timeout(300)
class McpSdkIT {
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path folder;

    private McpBench bench;

    @BeforeEach
    void start() throws IOException {
        // The class path is longer than an argument of an entry may be.
        Path options = folder.resolve("options");
        Files.writeString(options, "-cp\n\"" + System.getProperty("java.class.path") + "\"\n-XX:TieredStopAtLevel=1\n");
        bench = new McpBench(
                Map.of("PATH", System.getenv("PATH")),
                Map.of("mcp.commands", JAVA, "mcp.probeMs", "60000", "mcp.connectMs", "60000"));
        bench.with(
                "sdk",
                Map.of(
                        "transport",
                        "stdio",
                        "command",
                        JAVA,
                        "args",
                        List.of("@" + options, SdkMcpServer.class.getName())));
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void its_tools_are_listed_and_called_in_the_older_protocol() throws Exception {
        assertThat(bench.names("sdk"))
                .containsExactlyInAnyOrder("sdk_repeat", "sdk_fail", "sdk_picture", "sdk_ask", "sdk_grow");

        assertThat(bench.server("sdk")
                        .connected()
                        .orElseThrow()
                        .server()
                        .dialect()
                        .version())
                .isEqualTo("2025-11-25");
        assertThat(bench.server("sdk").known().orElseThrow().list().leftOut()).isEmpty();
        assertThat(text(bench.tool("sdk", "sdk_repeat"), "{\"text\":\"żółw\"}")).isEqualTo("żółw");
        assertThat(text(bench.tool("sdk", "sdk_picture"), "{}")).contains("image", "5 bytes");
    }

    @Test
    void a_tool_that_fails_and_arguments_that_do_not_fit_are_failures_for_the_model() throws Exception {
        assertThatThrownBy(() -> text(bench.tool("sdk", "sdk_fail"), "{}"))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("The house is closed.");
        assertThatThrownBy(() -> text(bench.tool("sdk", "sdk_repeat"), "{\"text\":7}"))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("string");
    }

    @Test
    void its_question_is_answered_with_defaults_filled_in() throws Exception {
        Tool tool = bench.tool("sdk", "sdk_ask");

        AskingException asking =
                catchThrowableOfType(AskingException.class, () -> tool.call(call("{}"), new StopSignal()));
        InquiryForm form = InquiryForm.of(Json.parse(asking.inquiry().form(), JsonNode.class));
        String content = ((Checked.Fits) form.check("{\"city\":\"Porto\"}")).content();
        String answer = tool.call(
                        call("{}").from(new Continued("", Answer.ACCEPT, content, asking.held())), new StopSignal())
                .text();

        assertThat(asking.inquiry().message()).isEqualTo("Which city?");
        assertThat(answer).contains("ACCEPT", "city=Porto", "days=2");
    }

    @Test
    void a_tool_that_appears_is_offered_after_its_notice() throws Exception {
        assertThat(bench.names("sdk")).doesNotContain("sdk_grown");

        text(bench.tool("sdk", "sdk_grow"), "{}");

        await().atMost(Patience.LIMIT).until(() -> bench.names("sdk").contains("sdk_grown"));
        assertThat(text(bench.tool("sdk", "sdk_grown"), "{}")).isEqualTo("new");
    }
}
