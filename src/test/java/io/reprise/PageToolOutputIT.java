package io.reprise;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import io.reprise.mcp.FakeMcp;
import io.reprise.testing.PageBench;
import io.reprise.testing.Tab;
import io.reprise.testing.TestClient;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the page shows of a call beside the text of its result. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class PageToolOutputIT {
    @RegisterExtension
    static final PageBench BENCH = new PageBench(Map.of("outgoing.allow", "127.0.0.0/8", "mcp.runMs", "30000"));

    private final FakeMcp fake = FakeMcp.start(true);

    @AfterEach
    void end() {
        String admin = BENCH.server().token("root", "admin");
        BENCH.server().call("DELETE", "/api/v1/agents/painter?version=1", admin, null);
        BENCH.server().call("DELETE", "/api/v1/mcp-servers/studio?version=1", admin, null);
        fake.close();
    }

    @Test
    void a_call_that_takes_long_shows_how_far_it_is() {
        make("mcp-servers", "studio", new JsonObject().put("url", fake.url()));
        make("agents", "painter", new JsonObject("{\"mcpServers\":[\"studio\"]}"));
        CompletableFuture<Runnable> end = new CompletableFuture<>();
        fake.tools = List.of(FakeMcp.tool("draw"));
        fake.calls.put("draw", asked -> {
            HttpServerResponse response = asked.events();
            response.write(FakeMcp.event(new JsonObject()
                    .put("jsonrpc", "2.0")
                    .put("method", "notifications/progress")
                    .put("params", new JsonObject("{\"progress\":1,\"total\":4,\"message\":\"sketching\"}"))));
            end.complete(() -> response.end(FakeMcp.event(asked.answer(FakeMcp.textResult("drawn")))));
        });
        Tab tab = BENCH.open();
        try (TestClient client = BENCH.server().client(BENCH.user())) {
            String session = client.ask("create", new JsonObject().put("agent", "painter"))
                    .getString("session");
            client.attachLive(session);
            client.awaitEnd(session, client.send(session, "/echo hello").getString("run"));
            Tab reader = BENCH.open(BENCH.server().url() + "/#/s/" + session);
            // It follows the chat from here on; what it reads at first says nothing about progress.
            reader.awaitAnswer("hello");

            String run = client.send(session, "/tool studio_draw {}").getString("run");

            assertThat(reader.page().locator(".tool-card .tool-state")).containsText("25 % sketching");
            end.join().run();
            client.awaitEnd(session, run);
            assertThat(reader.page().locator(".tool-card .tool-state")).not().containsText("sketching");
            reader.assertClean();
        }
        tab.assertClean();
    }

    @Test
    void an_image_of_a_result_is_shown_with_its_card_and_large_when_it_is_opened() {
        make("mcp-servers", "studio", new JsonObject().put("url", fake.url()));
        make("agents", "painter", new JsonObject("{\"mcpServers\":[\"studio\"]}"));
        String data = Base64.getEncoder().encodeToString(TestImages.png(64, 48));
        fake.tools = List.of(FakeMcp.tool("draw"));
        fake.calls.put(
                "draw",
                asked -> asked.result(new JsonObject()
                        .put(
                                "content",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("type", "image")
                                                .put("mimeType", "image/png")
                                                .put("data", data)))));
        Tab tab = BENCH.open();
        String session = drawn();

        Tab reader = BENCH.open(BENCH.server().url() + "/#/s/" + session);

        assertThat(reader.page().locator(".message-files img")).isVisible();
        assertThat(new AxeBuilder(reader.page()).analyze().getViolations()).isEmpty();
        reader.button("Show image.png").click();
        assertThat(reader.page().locator("dialog .file-preview img")).isVisible();
        reader.assertClean();
        tab.assertClean();
    }

    /** A chat with the image, made by the person of the page. */
    private static String drawn() {
        String user = BENCH.user();
        try (TestClient client = BENCH.server().client(user)) {
            String session = client.ask("create", new JsonObject().put("agent", "painter"))
                    .getString("session");
            client.attachLive(session);
            client.awaitEnd(
                    session, client.send(session, "/tool studio_draw {}").getString("run"));
            return session;
        }
    }

    private static void make(String kind, String name, JsonObject settings) {
        JsonObject body = new JsonObject().put("name", name).put("settings", settings);
        BENCH.server().call("POST", "/api/v1/" + kind, BENCH.server().token("root", "admin"), body.encode());
    }
}
