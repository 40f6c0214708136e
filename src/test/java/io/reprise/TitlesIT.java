package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.SharedServers;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Titles that the server makes. */
class TitlesIT {
    @RegisterExtension
    static final SharedServers SERVERS = new SharedServers();

    private static final Map<String, String> ON = Map.of("sessions.titles", "model");

    @Test
    void a_title_is_generated_after_the_first_exchange_and_every_tab_receives_it() {
        TestServer server = SERVERS.with(ON);
        try (TestClient one = server.client("ada");
                TestClient two = server.client("ada")) {
            String session = one.create();
            one.attachLive(session);
            two.attachLive(session);

            one.send(session, "/echo what the tides do");

            assertThat(awaitTitles(one, session, 1)).containsExactly("Echo what the tides do");
            assertThat(awaitTitles(two, session, 1)).containsExactly("Echo what the tides do");
            assertThat(titleOf(server, session)).isEqualTo("Echo what the tides do");
        }
    }

    @Test
    void the_second_exchange_changes_nothing_also_not_after_a_restart() {
        var database = TestDatabase.fresh();
        String session;
        try (TestServer server = TestServer.start(database, ON);
                TestClient tab = server.client("ada")) {
            session = tab.create();
            tab.attachLive(session);
            tab.send(session, "/echo first");
            awaitTitles(tab, session, 1);
        }
        try (TestServer server = TestServer.start(database, ON);
                TestClient tab = server.client("ada")) {
            tab.attachLive(session);
            for (String text : List.of("/echo second", "/echo third")) {
                tab.awaitEnd(session, tab.send(session, text).getString("run"));
            }
            server.call("PATCH", "/api/v1/sessions/" + session, server.token("ada"), "{\"title\":\"Mine\"}");

            assertThat(awaitTitles(tab, session, 1))
                    .as("nothing before the person's")
                    .containsExactly("Mine");
        }
    }

    @Test
    void a_title_that_a_person_gave_stays() {
        TestServer server = SERVERS.with(ON);
        try (TestClient tab = server.client("ada")) {
            String session =
                    tab.ask("create", new JsonObject().put("title", "Mine")).getString("session");
            tab.attachLive(session);
            for (String text : List.of("/echo first", "/echo second")) {
                tab.awaitEnd(session, tab.send(session, text).getString("run"));
            }
            server.call("PATCH", "/api/v1/sessions/" + session, server.token("ada"), "{\"title\":\"Still mine\"}");

            assertThat(awaitTitles(tab, session, 1)).containsExactly("Still mine");
        }
    }

    @Test
    void a_failed_run_generates_no_title_but_the_next_run_does() {
        TestServer server = SERVERS.with(ON);
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/fail 500").getString("run"));
            tab.send(session, "/echo better");

            assertThat(awaitTitles(tab, session, 1)).containsExactly("Echo better");
        }
    }

    // --- helpers

    private static List<String> awaitTitles(TestClient tab, String session, int count) {
        tab.awaitThat("a title", () -> titles(tab, session).size() >= count);
        return titles(tab, session);
    }

    private static List<String> titles(TestClient tab, String session) {
        return tab.view(session).events.stream()
                .map(TestClient::event)
                .filter(event -> "session.updated".equals(event.getString("name")))
                .map(event -> event.getJsonObject("value").getString("title"))
                .toList();
    }

    private static String titleOf(TestServer server, String session) {
        String body = server.call("GET", "/api/v1/sessions/" + session, server.token("ada"), null)
                .body();
        return new JsonObject(body).getString("title");
    }
}
