package io.reprise.mcp;

import static io.reprise.mcp.McpBench.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.McpPrograms;
import io.reprise.testing.Patience;
import io.reprise.testing.Ports;
import io.reprise.testing.Programs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The server of the protocol's authors for tests of clients, as a program and over HTTP. */
@Timeout(600)
class McpEverythingIT {
    private static final Path SERVER =
            McpPrograms.folder().resolve("node_modules/@modelcontextprotocol/server-everything/dist/index.js");
    private static final String NODE = Programs.find("node").toString();

    @Test
    void its_tools_are_used_over_its_input_and_output() throws Exception {
        try (McpBench bench = new McpBench(Map.of("PATH", System.getenv("PATH")), Map.of("mcp.commands", NODE))) {
            bench.with(
                    "every",
                    Map.of("transport", "stdio", "command", NODE, "args", List.of(SERVER.toString(), "stdio")));

            use(bench);
        }
    }

    @Test
    void its_tools_are_used_over_http() throws Exception {
        int port = Ports.free();
        ProcessBuilder builder = new ProcessBuilder(NODE, SERVER.toString(), "streamableHttp")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("PORT", Integer.toString(port));
        Process server = builder.start();
        try (McpBench bench = new McpBench()) {
            bench.with("every", Map.of("url", "http://127.0.0.1:" + port + "/mcp"));
            await().atMost(Patience.LIMIT).ignoreExceptions().until(() -> {
                bench.clockMs.addAndGet(60_000);
                return !bench.names("every").isEmpty();
            });

            use(bench);
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private static void use(McpBench bench) throws InterruptedException {
        assertThat(bench.names("every")).contains("every_echo", "every_get-sum");
        assertThat(text(bench.tool("every", "every_echo"), "{\"message\":\"hi\"}"))
                .isEqualTo("Echo: hi");
        assertThat(text(bench.tool("every", "every_get-sum"), "{\"a\":2,\"b\":3}"))
                .contains("5");
        assertThat(bench.server("every").known().orElseThrow().list().leftOut()).isEmpty();
    }
}
