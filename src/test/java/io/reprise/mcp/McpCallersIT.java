package io.reprise.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.message.Cause.CallerToken;
import io.reprise.support.StopSignal;
import io.reprise.tool.RemoteTools.Asker;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolRegistry;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is sent the tokens with which people call this one. */
class McpCallersIT {
    private static final long LONG_MS = 3_600_000;

    private FakeMcp mcp;
    private McpBench bench;

    @AfterEach
    void end() {
        bench.close();
        mcp.close();
    }

    private void open(boolean modern, String hosts) {
        mcp = FakeMcp.start(modern);
        mcp.refusal = request -> bearer(request).isEmpty() ? "Bearer" : "";
        mcp.toolsOf = request -> List.of(FakeMcp.tool("echo"), FakeMcp.tool("of_" + bearer(request)));
        bench = new McpBench(Map.of(), Map.of("mcp.callerTokenHosts", hosts));
        bench.with("house", Map.of("url", mcp.url(), "auth", "caller"));
    }

    private static String bearer(HttpServerRequest request) {
        String header = request.getHeader("Authorization");
        return header == null ? "" : header.replace("Bearer ", "");
    }

    private List<Tool> tools(CallerToken token) throws InterruptedException {
        return bench.servers.of(List.of("house"), Set.of(), new Asker("ada", token));
    }

    private CallerToken token(String value) {
        return new CallerToken(value, bench.wallMs.get() + LONG_MS);
    }

    private static String call(List<Tool> tools, String name) throws InterruptedException {
        Tool tool = new ToolRegistry(tools).find(name).orElseThrow();
        return McpBench.text(tool, "{\"text\":\"hi\"}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void each_token_has_a_connection_of_its_own_and_calls_are_made_with_it(boolean modern) throws Exception {
        open(modern, "127.0.0.1");
        List<Tool> first = tools(token("one"));
        List<Tool> second = tools(token("two"));

        assertThat(first).extracting(Tool::name).containsExactly("house_echo", "house_of_one");
        assertThat(second).extracting(Tool::name).containsExactly("house_echo", "house_of_two");
        assertThat(call(first, "house_echo")).contains("hi");
        call(second, "house_echo");
        call(first, "house_echo");
        assertThat(mcp.headers)
                .extracting(headers -> headers.get("Authorization"))
                .containsExactly("Bearer one", "Bearer two", "Bearer one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "127.0.0.2", "example.org"})
    void a_server_that_the_operator_does_not_name_is_sent_nothing(String hosts) throws Exception {
        open(true, hosts);

        assertThat(tools(token("one"))).isEmpty();

        assertThat(mcp.received).isEmpty();
        assertThat(bench.server("house").definition().passesToken()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"house_needs_the_user", "house_echo", "house_of_one"})
    void without_a_token_the_tools_say_that_the_person_has_to_be_there(String name) throws Exception {
        open(true, "127.0.0.1");
        tools(token("one"));
        int before = mcp.count("tools/list");

        List<Tool> tools = tools(null);

        assertThat(tools).extracting(Tool::name).containsExactly("house_needs_the_user");
        assertThatThrownBy(() -> call(tools, name))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("The person has to be there");
        assertThat(mcp.count("tools/list")).isEqualTo(before);
        assertThat(mcp.count("tools/call")).isZero();
        assertThat(new ToolRegistry(tools).find("garden_echo")).isEmpty();
    }

    @Test
    void clearing_the_cache_forgets_and_counts_the_tools_of_every_caller() throws Exception {
        open(true, "127.0.0.1");
        bench.with("garden", mcp);
        tools(token("one"));
        tools(token("two"));
        int before = mcp.count("tools/list");

        assertThat(bench.servers.clear("house")).isEqualTo(4);
        assertThat(bench.servers.clear("house")).isZero();

        assertThat(tools(token("one"))).hasSize(2);
        assertThat(mcp.count("tools/list")).isEqualTo(before + 1);
        assertThat(bench.servers.clear("garden")).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_token_that_has_expired_is_not_sent_any_more(boolean modern) throws Exception {
        open(modern, "127.0.0.1");
        CallerToken token = token("one");
        Tool echo = tools(token).getFirst();
        int before = mcp.count("tools/list");

        bench.wallMs.addAndGet(LONG_MS);

        assertThatThrownBy(() -> echo.call(McpBench.call("{}"), new StopSignal()))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("The person has to be there");
        assertThat(tools(token)).extracting(Tool::name).containsExactly("house_needs_the_user");
        assertThat(mcp.count("tools/list")).isEqualTo(before);
        assertThat(mcp.count("tools/call")).isZero();
    }
}
