package io.reprise.mcp;

import static io.reprise.mcp.McpBench.call;
import static io.reprise.mcp.McpBench.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.message.Json;
import io.reprise.message.inquiry.InquiryForm;
import io.reprise.message.inquiry.InquiryForm.Checked;
import io.reprise.support.StopSignal;
import io.reprise.testing.McpPrograms;
import io.reprise.testing.Patience;
import io.reprise.testing.Ports;
import io.reprise.testing.Programs;
import io.reprise.tool.AskingException;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall.Answer;
import io.reprise.tool.ToolCall.Continued;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server of the protocol's authors for tests of clients, as a program and over HTTP. */
@Timeout(600)
class McpEverythingIT {
    private static Path server;
    private static String node;

    @BeforeAll
    static void install() {
        assumeThat(Programs.has("npm") && Programs.has("node"))
                .as("npm is not installed")
                .isTrue();
        node = Programs.find("node").toString();
        server = McpPrograms.folder().resolve("node_modules/@modelcontextprotocol/server-everything/dist/index.js");
    }

    @Test
    void its_tools_are_used_over_its_input_and_output() throws Exception {
        try (McpBench bench = new McpBench(Map.of("PATH", System.getenv("PATH")), Map.of("mcp.commands", node))) {
            bench.with(
                    "every",
                    Map.of("transport", "stdio", "command", node, "args", List.of(server.toString(), "stdio")));

            use(bench);
        }
    }

    @Test
    void its_tools_are_used_over_http() throws Exception {
        int port = Ports.free();
        ProcessBuilder builder = new ProcessBuilder(node, server.toString(), "streamableHttp")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PORT", Integer.toString(port));
        Process running = builder.start();
        try (McpBench bench = new McpBench()) {
            bench.with("every", Map.of("url", "http://127.0.0.1:" + port + "/mcp"));
            await().atMost(Patience.LIMIT).ignoreExceptions().until(() -> {
                bench.clockMs.addAndGet(60_000);
                return !bench.names("every").isEmpty();
            });

            use(bench);
        } finally {
            running.destroyForcibly().waitFor();
        }
    }

    private static void use(McpBench bench) throws InterruptedException {
        assertThat(bench.names("every")).contains("every_echo", "every_get-sum");
        assertThat(text(bench.tool("every", "every_echo"), "{\"message\":\"hi\"}"))
                .isEqualTo("Echo: hi");
        assertThat(text(bench.tool("every", "every_get-sum"), "{\"a\":2,\"b\":3}"))
                .contains("5");
        assertThat(bench.server("every").known().orElseThrow().list().leftOut()).isEmpty();
        asks(bench.tool("every", "every_trigger-elicitation-request"));
    }

    private static void asks(Tool tool) throws InterruptedException {
        AskingException asking =
                catchThrowableOfType(AskingException.class, () -> tool.call(call("{}"), new StopSignal()));
        InquiryForm form = InquiryForm.of(Json.parse(asking.inquiry().form(), JsonNode.class));
        String content = ((Checked.Fits) form.check("{\"name\":\"Ada\"}")).content();

        String text = tool.call(
                        call("{}").from(new Continued("", Answer.ACCEPT, content, asking.held())), new StopSignal())
                .text();

        assertThat(text).contains("User provided the requested information", "Ada");
    }
}
