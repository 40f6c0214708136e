package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Ports;
import io.reprise.testing.TestBrowser;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The EventSource of a real browser follows a session and reconnects automatically after a restart of the server. */
@DisabledIfSystemProperty(named = "reprise.browser", matches = "none")
class SseBrowserIT {
    private static final String FOLLOW = """
            url => {
              window.got = []
              const source = new EventSource(url)
              for (const type of ['attached', 'snapshot', 'event', 'live', 'goaway']) {
                source.addEventListener(type, e => got.push({ type, id: e.lastEventId, frame: JSON.parse(e.data) }))
              }
            }""";

    @Test
    void an_event_source_resumes_by_itself_after_a_restart() {
        DatabaseUri database = TestDatabase.fresh();
        try (TestBrowser browser = TestBrowser.start();
                BrowserContext person = browser.person("ada")) {
            Page page = person.newPage();
            String session;
            String token;
            Map<String, String> settings = Map.of("server.gateways", "1", "server.port", "" + Ports.free());
            try (TestServer server = TestServer.start(database, settings)) {
                token = server.token("ada");
                try (TestClient tab = server.client("ada")) {
                    session = tab.create();
                    String epoch = tab.attachLive(session).getString("epoch");
                    // An EventSource cannot set headers; the browser adds this one to all its requests.
                    person.setExtraHTTPHeaders(Map.of("Authorization", "Bearer " + token));
                    page.navigate(server.url() + "/docs/rest.md");
                    page.evaluate(FOLLOW, "/api/v1/sessions/" + session + "/events?after=" + epoch + ":0");
                    tab.send(session, "/echo one \u2028 two");
                    awaitEnds(page, 1);
                }
            }
            try (TestServer server = TestServer.start(database, settings)) {
                server.call("POST", "/api/v1/sessions/" + session + "/messages", token, "{\"text\":\"/echo three\"}");
                awaitEnds(page, 2);
            }

            List<JsonObject> got = got(page);
            assertThat(got)
                    .filteredOn(sent -> sent.getString("type").equals("attached"))
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allMatch(sent -> frame(sent).getString("mode").equals("replay"));
            assertThat(got).extracting(sent -> sent.getString("type")).contains("goaway", "live");
            long cursor = 0;
            for (JsonObject sent : got) {
                if (!sent.getString("type").equals("event")) continue;
                assertThat(frame(sent).getLong("from", frame(sent).getLong("seq")))
                        .isEqualTo(cursor + 1);
                cursor = frame(sent).getLong("seq");
                assertThat(sent.getString("id")).endsWith(":" + cursor);
            }
            assertThat(got.toString()).contains("one \u2028 two", "three");
        }
    }

    private static void awaitEnds(Page page, int runs) {
        page.waitForFunction("runs => got.filter(g => g.frame.event?.type === 'RUN_FINISHED').length === runs", runs);
    }

    private static List<JsonObject> got(Page page) {
        return new JsonArray((String) page.evaluate("() => JSON.stringify(got)"))
                .stream().map(JsonObject.class::cast).toList();
    }

    private static JsonObject frame(JsonObject sent) {
        return sent.getJsonObject("frame");
    }
}
