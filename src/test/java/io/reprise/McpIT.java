package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.mcp.FakeMcp;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.FakeCollector;
import io.reprise.testing.FakeCollector.Seen;
import io.reprise.testing.LogOracle;
import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that use tools of MCP servers. */
@Timeout(300)
class McpIT {
    @TempDir
    private Path folder;

    private final DatabaseUri database = TestDatabase.fresh();
    private final FakeMcp good = FakeMcp.start(true);
    private final FakeMcp other = FakeMcp.start(false);

    @BeforeEach
    void begin() throws IOException {
        write("reprise.yaml", "");
        write("mcp-servers/good.yaml", "url: " + good.url() + "\n");
        write("mcp-servers/other.yaml", "url: " + other.url() + "\n");
        write("agents/clerk.yaml", "tools: [time]\nmcpServers: [good, other]\n");
    }

    @AfterEach
    void end() {
        good.close();
        other.close();
    }

    @Test
    void one_server_hangs_and_the_tool_of_the_other_works() throws Exception {
        other.methods.put("server/discover", asked -> {});
        try (TestServer server = start(Map.of("mcp.runMs", "1000"));
                TestClient tab = server.client("ada")) {
            String session = create(tab);
            // On a slow machine the list of the good one may come later than a run waits for it.
            await().atMost(Patience.LIMIT)
                    .until(() -> asked(tab, session, "/tool good_echo {\"text\":\"hi\"}")
                            .contains("{\"text\":\"hi\"}"));

            assertThat(asked(tab, session, "/tool other_echo {}")).contains("unknown tool");
        }
    }

    @Test
    void a_stop_while_three_tools_run_reaches_all_of_them_and_the_chat_goes_on() throws Exception {
        CountDownLatch called = new CountDownLatch(2);
        for (FakeMcp fake : new FakeMcp[] {good, other}) fake.calls.put("echo", asked -> called.countDown());
        write("agents/clerk.yaml", "tools: [sleep]\nmcpServers: [good, other]\n");
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada")) {
            String session = create(tab);
            String run = tab.send(session, "/tool good_echo {}\n/tool other_echo {}\n/tool sleep {\"seconds\":600}")
                    .getString("run");
            assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();

            tab.ask("stop", new JsonObject().put("session", session));
            JsonObject end = tab.awaitEnd(session, run);

            assertThat(event(end).getJsonObject("outcome").getString("type")).isEqualTo("cancelled");
            assertThat(good.dropped.poll(60, TimeUnit.SECONDS)).isEqualTo("echo");
            await().atMost(Patience.LIMIT).until(() -> other.count("notifications/cancelled") > 0);
            assertThat(LogOracle.of(server.database(), session).events(run))
                    .filteredOn(each -> each.getString("type").equals("TOOL_CALL_RESULT"))
                    .extracting(each -> each.getJsonObject("metadata").getString("status"))
                    .containsExactly("cancelled", "cancelled", "cancelled");
            for (FakeMcp fake : new FakeMcp[] {good, other}) fake.calls.remove("echo");
            assertThat(asked(tab, session, "/tool other_echo {\"text\":\"again\"}"))
                    .contains("again");
        }
    }

    @Test
    void after_a_restart_in_the_middle_of_a_call_its_outcome_is_unknown_and_it_is_not_repeated() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        good.calls.put("echo", asked -> called.countDown());
        String session;
        String run;
        TestClient before;
        try (TestServer server = start(Map.of("shutdown.drainMs", "0"));
                TestClient tab = server.client("ada")) {
            before = tab;
            session = create(tab);
            run = tab.send(session, "/tool good_echo {}").getString("run");
            assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();
        }
        try (TestServer server = start(Map.of());
                TestClient tab = server.client("ada").adopt(before, session)) {
            tab.attachLive(session);
            JsonObject end = tab.awaitEnd(session, run);

            assertThat(type(end)).isEqualTo("RUN_FINISHED");
            assertThat(server.messages(server.token("ada"), session, 10).encode())
                    .contains("it is unknown whether the call took effect");
            assertThat(good.count("tools/call")).isOne();
        }
    }

    @Test
    void a_call_has_a_span_that_its_server_is_told_and_lists_are_counted() throws Exception {
        good.calls.put("echo", asked -> asked.text("bad luck"));
        Map<String, String> settings = new HashMap<>();
        try (FakeCollector collector = FakeCollector.start()) {
            settings.putAll(collector.settings());
            try (TestServer server = start(settings);
                    TestClient tab = server.client("ada")) {
                String session = create(tab);
                asked(tab, session, "/tool good_echo {}");
                asked(tab, session, "/tool other_echo {}");

                for (FakeMcp fake : List.of(good, other)) {
                    String tool = fake == good ? "execute_tool good_echo" : "execute_tool other_echo";
                    Seen execute = collector.awaitOne(tool, span -> span.name().equals(tool));
                    Seen call = collector.awaitOne("its call", span -> span.isChildOf(execute));
                    assertThat(call.name()).isEqualTo("tools/call echo");
                    assertThat(call.kind()).isEqualTo("SPAN_KIND_CLIENT");
                    assertThat(call.attributes())
                            .containsEntry("mcp.method.name", "tools/call")
                            .containsEntry("mcp.protocol.version", fake == good ? "2026-07-28" : "2025-11-25")
                            .containsEntry("network.transport", "tcp")
                            .containsEntry("gen_ai.tool.name", "echo")
                            .containsEntry("reprise.outcome", "success");
                    String told = "00-" + call.link() + "-01";
                    assertThat(fake.headers.getFirst().get("traceparent")).isEqualTo(told);
                    assertThat(fake.received.stream()
                                    .filter(message -> "tools/call".equals(message.getString("method")))
                                    .map(message -> message.getJsonObject("params")
                                            .getJsonObject("_meta")
                                            .getString("traceparent")))
                            .containsExactly(told);
                }
                String metrics = server.call("GET", "/metrics", null, null).body();
                assertThat(metrics)
                        .containsPattern("reprise_mcp_lists_total\\{outcome=\"miss\",server=\"good\"\\} [1-9]")
                        .containsPattern("reprise_mcp_lists_total\\{outcome=\"hit\",server=\"good\"\\} [1-9]");
            }
        }
    }

    @Test
    void an_entry_that_an_agent_names_is_not_deleted() throws Exception {
        Files.delete(folder.resolve("agents/clerk.yaml"));
        Files.delete(folder.resolve("mcp-servers/other.yaml"));
        try (TestServer server = start(Map.of())) {
            String admin = server.token("root", "admin");
            String body = "{\"name\":\"mine\",\"settings\":{\"url\":\"%s\"}}".formatted(other.url());
            assertThat(server.call("POST", "/api/v1/mcp-servers", admin, body).statusCode())
                    .isEqualTo(201);
            server.call(
                    "POST", "/api/v1/agents", admin, "{\"name\":\"clerk\",\"settings\":{\"mcpServers\":[\"mine\"]}}");

            assertThat(server.call("DELETE", "/api/v1/mcp-servers/mine?version=1", admin, null)
                            .statusCode())
                    .isEqualTo(409);
            try (TestClient tab = server.client("ada")) {
                assertThat(asked(tab, create(tab), "/tool mine_echo {}")).contains("{}");
            }
        }
    }

    @Test
    void every_open_tab_hears_once_of_a_change() {
        try (TestServer server = start(Map.of("mcp.checkPauseMs", "10"));
                TestClient ada = server.client("ada");
                TestClient again = server.client("ada");
                TestClient bob = server.client("bob")) {
            List<TestClient> tabs = List.of(ada, again, bob);
            check(server);
            good.methods.put(
                    "server/discover",
                    asked -> asked.response().setStatusCode(500).end());
            check(server);
            check(server);
            for (TestClient tab : tabs) tab.await("that it stopped", frame -> isStatus(frame, "unhealthy"));
            good.methods.remove("server/discover");
            check(server);
            for (TestClient tab : tabs) tab.await("that it works again", frame -> isStatus(frame, "healthy"));
            check(server);

            for (TestClient tab : tabs) {
                tab.ask("ping", new JsonObject());
                assertThat(tab.frames().stream().filter(McpIT::isStatus).map(McpIT::status))
                        .containsExactly("unhealthy", "healthy");
            }
        }
    }

    private static void check(TestServer server) {
        String admin = server.token("root", "admin");
        assertThat(server.call("POST", "/api/v1/mcp-servers/good/check", admin, null)
                        .statusCode())
                .isEqualTo(200);
    }

    private static boolean isStatus(JsonObject frame) {
        return "notice".equals(frame.getString("type")) && "mcp.status".equals(frame.getString("kind"));
    }

    private static boolean isStatus(JsonObject frame, String status) {
        return isStatus(frame) && status(frame).equals(status);
    }

    private static String status(JsonObject frame) {
        return frame.getJsonObject("data").getString("status");
    }

    private static String asked(TestClient tab, String session, String text) {
        String run = tab.send(session, text).getString("run");
        tab.awaitEnd(session, run);
        return tab.text(session, run);
    }

    private static String create(TestClient tab) {
        String session =
                tab.ask("create", new JsonObject().put("agent", "clerk")).getString("session");
        tab.attachLive(session);
        return session;
    }

    private TestServer start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("outgoing.allow", "127.0.0.0/8");
        all.putIfAbsent("mcp.runMs", "30000");
        return TestServer.startWithFile(folder.resolve("reprise.yaml"), database, all);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
