package io.reprise;

import static io.reprise.testing.TestClient.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.mcp.FakeMcp;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.EveryStore;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose tools are used with the token of the person who asks. */
@Timeout(300)
class McpCallersStoryIT {
    @TempDir
    private Path folder;

    private final DatabaseUri database = TestDatabase.fresh();
    private final FakeMcp mcp = FakeMcp.start(true);

    @BeforeEach
    void begin() throws IOException {
        write("reprise.yaml", "");
        write("mcp-servers/house.yaml", "url: " + mcp.url() + "\nauth: caller\n");
        write("agents/clerk.yaml", "mcpServers: [house]\n");
        mcp.refusal = request -> request.getHeader("Authorization") == null ? "Bearer" : "";
    }

    @AfterEach
    void end() {
        mcp.close();
    }

    @Test
    void a_call_is_made_with_the_token_of_the_person_who_asks_and_no_store_has_it() {
        try (TestServer server = start()) {
            String token = server.token("ada");
            try (TestClient tab = TestClient.connect(server.port(), token)) {
                assertThat(asked(tab, create(tab, "clerk"), "/tool house_echo {\"text\":\"hi\"}"))
                        .contains("hi");
            }

            assertThat(mcp.headers.getFirst().get("Authorization")).isEqualTo("Bearer " + token);
            assertNobodyKnows(token);
        }
    }

    @Test
    void a_call_after_an_approval_is_made_with_the_token_of_the_answer() throws Exception {
        write("agents/careful.yaml", "mcpServers: [house]\napprovals: [house_echo]\n");
        try (TestServer server = start()) {
            String asking = server.token("ada");
            String answering = otherToken(server, asking);
            try (TestClient tab = TestClient.connect(server.port(), asking);
                    TestClient other = TestClient.connect(server.port(), answering)) {
                String session = create(tab, "careful");
                String run = tab.send(session, "/tool house_echo {}").getString("run");
                JsonObject open = event(tab.awaitEnd(session, run))
                        .getJsonObject("outcome")
                        .getJsonArray("interrupts")
                        .getJsonObject(0);

                JsonObject answer = new JsonObject()
                        .put("session", session)
                        .put("interrupt", open.getString("id"))
                        .put("decision", "approve");
                tab.awaitEnd(session, other.ask("answer", answer).getString("run"));
            }

            assertThat(mcp.headers.getFirst().get("Authorization")).isEqualTo("Bearer " + answering);
            assertNobodyKnows(asking);
            assertNobodyKnows(answering);
        }
    }

    @Test
    void after_a_restart_calls_say_that_the_person_has_to_be_there_and_a_new_message_brings_the_token_again()
            throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        mcp.calls.put("echo", asked -> called.countDown());
        String session;
        String run;
        TestClient before;
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            before = tab;
            session = create(tab, "clerk");
            run = tab.send(session, "/steps 3 house_echo {\"text\":\"hi\"}").getString("run");
            assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();
        }
        mcp.calls.clear();
        try (TestServer server = start();
                TestClient tab = server.client("ada").adopt(before, session)) {
            tab.attachLive(session);
            tab.awaitEnd(session, run);

            assertThat(mcp.count("tools/call")).isOne();
            assertThat(server.messages(server.token("ada"), session, 10).encode())
                    .contains("it is unknown whether the call took effect")
                    .contains("The person has to be there");
            assertThat(asked(tab, session, "/tool house_echo {\"text\":\"again\"}"))
                    .contains("again");
            assertThat(mcp.count("tools/call")).isEqualTo(2);
        }
    }

    @Test
    void an_api_key_is_never_passed_on() {
        try (TestServer server = start()) {
            String key = new JsonObject(
                            server.call("POST", "/api/v1/keys", server.token("ada"), "{\"name\":\"program\"}")
                                    .body())
                    .getString("text");
            try (TestClient program = TestClient.connect(server.port(), key)) {
                assertThat(asked(program, create(program, "clerk"), "/tool house_echo {}"))
                        .contains("The person has to be there");
            }
        }
        assertThat(mcp.received).isEmpty();
    }

    private void assertNobodyKnows(String token) {
        try (EveryStore everywhere = EveryStore.ofDatabase(database)) {
            everywhere.assertNobodyKnows(token.substring(token.lastIndexOf('.') + 1));
        }
    }

    /** Of the same person; tokens of the same second are equal, those of other roles are not. */
    private static String otherToken(TestServer server, String token) {
        String other = server.token("ada", "staff");
        assertThat(other).isNotEqualTo(token);
        return other;
    }

    private static String asked(TestClient tab, String session, String text) {
        String run = tab.send(session, text).getString("run");
        tab.awaitEnd(session, run);
        return tab.text(session, run);
    }

    private static String create(TestClient tab, String agent) {
        String session = tab.ask("create", new JsonObject().put("agent", agent)).getString("session");
        tab.attachLive(session);
        return session;
    }

    private TestServer start() {
        Map<String, String> all = new HashMap<>();
        all.put("outgoing.allow", "127.0.0.0/8");
        all.put("mcp.runMs", "30000");
        all.put("shutdown.drainMs", "0");
        all.put("mcp.callerTokenHosts", "127.0.0.1");
        return TestServer.startWithFile(folder.resolve("reprise.yaml"), database, all);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
