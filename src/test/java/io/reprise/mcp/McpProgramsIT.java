package io.reprise.mcp;

import static io.reprise.mcp.McpBench.call;
import static io.reprise.mcp.McpBench.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reprise.support.OwnThread;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.testing.Patience;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MCP servers that are programs. */
@Timeout(300)
class McpProgramsIT {
    private static final String SCRIPT =
            Path.of("src/test/resources/mcp/stdio-server.mjs").toAbsolutePath().toString();

    private McpBench bench = bench(Map.of());

    @AfterEach
    void end() {
        bench.close();
    }

    private static McpBench bench(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("mcp.commands", "node");
        return new McpBench(Map.of("PATH", System.getenv("PATH"), "SECRET", "s", "OTHER", "o"), settings);
    }

    private void restart(Map<String, String> settings) {
        bench.close();
        bench = bench(settings);
    }

    private Tool tool(String name, String... arguments) throws InterruptedException {
        List<String> args = new ArrayList<>(List.of(SCRIPT));
        args.addAll(List.of(arguments));
        bench.with(
                "lines",
                Map.of(
                        "transport",
                        "stdio",
                        "command",
                        "node",
                        "args",
                        args,
                        "environment",
                        List.of("PLAIN=1", "TOKEN=env:SECRET")));
        return bench.tool("lines", "lines_" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "noise"})
    void tools_are_listed_and_called(String how) throws Exception {
        assertThat(text(tool("echo", how), "{\"a\":1}")).isEqualTo("{\"a\":1}");
    }

    @Test
    void a_program_that_says_nothing_to_the_newer_protocol_speaks_the_older_one() throws Exception {
        restart(Map.of("mcp.probeMs", "1000"));

        assertThat(text(tool("echo", "silent"), "{}")).isEqualTo("{}");
    }

    @Test
    void a_program_gets_no_variable_but_those_of_its_entry_and_a_few_harmless_ones() throws Exception {
        assertThat(text(tool("environment"), "{}")).isEqualTo("PATH PLAIN TOKEN");
    }

    @Test
    void a_program_that_is_not_allowed_is_not_started() throws Exception {
        bench.with("lines", Map.of("transport", "stdio", "command", "sh", "args", List.of("-c", "exit 1")));

        assertThat(bench.names("lines")).isEmpty();
        assertThat(bench.server("lines").trouble().message()).contains("mcp.commands");
    }

    @Test
    void a_program_that_is_killed_in_a_call_is_started_again_for_the_next_one() throws Exception {
        Tool die = tool("die");

        assertThatThrownBy(() -> text(die, "{}"))
                .isInstanceOf(ToolFailure.class)
                .hasMessage("The program of the server has ended. It is unknown whether the call took effect.");
        assertThat(text(bench.tool("lines", "lines_echo"), "{}")).isEqualTo("{}");
    }

    @Test
    void a_program_that_is_frozen_in_a_call_is_given_up_and_killed_at_the_end() throws Exception {
        restart(Map.of("mcp.callMs", "300", "mcp.callMsMax", "300"));
        long pid = pids(tool("pids"))[0];

        assertThatThrownBy(() -> text(bench.tool("lines", "lines_freeze"), "{}"))
                .hasMessageStartingWith("The server did not answer within 300 ms.");
        bench.without("lines").servers.sweep();

        awaitGone(pid);
    }

    @Test
    void a_line_of_16_mib_ends_the_program() throws Exception {
        Tool huge = tool("huge");

        assertThatThrownBy(() -> text(huge, "{}")).hasMessageStartingWith("The answer of the server exceeds 8388608");
        assertThat(text(bench.tool("lines", "lines_echo"), "{}")).isEqualTo("{}");
    }

    @Test
    void a_stop_reaches_the_program() throws Exception {
        Tool wait = tool("wait");
        StopSignal stop = new StopSignal();
        OwnThread<?> work = OwnThread.start("call", stop, own -> wait.call(call("{}"), own));
        Tool pids = bench.tool("lines", "lines_pids");
        await().atMost(Patience.LIMIT).until(() -> bench.server("lines").underWay() == 1);

        stop.stop(Reason.USER);

        await().atMost(Patience.LIMIT).until(work::hasEnded);
        await().atMost(Patience.LIMIT).until(() -> text(pids, "{}").split(" ").length == 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"child", "stubborn"})
    void a_program_ends_with_all_that_it_started(String how) throws Exception {
        long[] pids = pids(tool("pids", how));

        bench.without("lines").servers.sweep();

        for (long pid : pids) if (pid > 0) awaitGone(pid);
    }

    private static long[] pids(Tool tool) throws InterruptedException {
        String[] words = text(tool, "{}").split(" ");
        return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
    }

    private static void awaitGone(long pid) {
        await().atMost(Patience.LIMIT)
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }
}
