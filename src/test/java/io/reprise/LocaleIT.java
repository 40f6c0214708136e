package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's texts do not depend on the locale of its machine. */
class LocaleIT {
    /**
     * Symptom: the server did not start on a machine with a Turkish locale. Cause: a library capitalises names by the
     * locale, where the small i has another capital. Persian has its own digits, which a
     * database does not read.
     */
    @ParameterizedTest
    @ValueSource(strings = {"tr", "fa"})
    void the_server_starts_and_works_with_any_locale_of_the_machine(String language) {
        Map<String, String> settings =
                Map.of("database.url", TestDatabase.empty().reveal());
        try (ServerProcess server = ServerProcess.start(settings, List.of("-Duser.language=" + language));
                TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo the Isle of Wight").getString("run"));

            String found = server.call("GET", "/api/v1/sessions?q=isle", server.token("ada"), null)
                    .body();

            assertThat(found).contains(session, "the Isle of Wight");
            assertThat(server.troubles()).isEmpty();
        }
    }
}
