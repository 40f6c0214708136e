package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.config.mcp.McpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How often and how long MCP servers are checked, in the code and in the documents. */
class McpHealthDefaultsTest {
    private static Stream<Arguments> defaults() {
        return Stream.of(
                told("mcp.md", "within `mcp.checkMs` (%d)", 5_000, McpSettings.Check::timeMs),
                told("mcp.md", "`mcp.checkPauseMs` (%d) apart", 5_000, McpSettings.Check::pauseMs),
                told("mcp.md", "`mcp.checksAtOnceMax` (%d) at a time", 4, McpSettings.Check::atOnceMax),
                told("jobs.md", "| `mcp-health` | every %d min |", 5, check -> ServerJobs.HEALTH_MINUTES));
    }

    private static Arguments told(String document, String words, int standard, ToIntFunction<McpSettings.Check> code) {
        return Arguments.of(document, words, standard, code);
    }

    @ParameterizedTest
    @MethodSource("defaults")
    void the_documents_tell_the_defaults(
            String document, String words, int standard, ToIntFunction<McpSettings.Check> code) throws IOException {
        assertThat(code.applyAsInt(Settings.defaults().mcp().check())).isEqualTo(standard);
        assertThat(Files.readString(Path.of("webroot", "docs", document))).contains(words.formatted(standard));
    }
}
