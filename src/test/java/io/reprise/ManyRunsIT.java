package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.DatabaseProxy;
import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Many runs while the database is unavailable, and then while the server is stopped: all that was accepted ends whole. */
class ManyRunsIT {
    private static final int RUNS = 200;
    private static final int WORDS = 30;
    private static final int WORD_MS = 100;

    /** How long the database is unavailable. */
    private static final Duration OUTAGE = Duration.ofSeconds(Rounds.of(1, 30));

    private final DatabaseUri database = TestDatabase.fresh();

    @Test
    void an_outage_and_a_stop_under_load_lose_nothing_that_was_accepted() {
        try (DatabaseProxy proxy = DatabaseProxy.before(database);
                ServerProcess server = start(proxy.uri())) {
            // Given many runs
            Map<String, String> runs = new LinkedHashMap<>();
            TestClient tab = server.client("ada");
            List<String> sessions = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) sessions.add(tab.create());
            for (String session : sessions) runs.put(session, run(tab, session));

            // When the database is away for a while and back again
            proxy.refuse();
            await().atMost(Patience.LIMIT).until(() -> health(server) == 503);
            await().atMost(Patience.LIMIT).until(() -> ready(server) == 0);
            long since = System.nanoTime();
            await().atMost(Patience.LIMIT).until(() -> System.nanoTime() - since > OUTAGE.toNanos());
            JsonObject refused = tab.ask("create", new JsonObject());
            assertThat(refused.getString("code")).isEqualTo("unavailable");
            proxy.heal();
            await().atMost(Patience.LIMIT).until(() -> health(server) == 200);
            await().atMost(Patience.LIMIT).until(() -> ready(server) == 1);
            // and all of the sessions get more to do, before the server is stopped
            for (String session : sessions)
                runs.merge(session, run(tab, session), (first, second) -> first + " " + second);
            server.signal("TERM");
            assertThat(server.awaitExit()).isEqualTo(143);

            // Then the next server ends all of them with their whole text, and everything is stored once
            try (ServerProcess next = start(database)) {
                await().atMost(Patience.LIMIT)
                        .untilAsserted(
                                () -> assertThat(StoredLog.unfinished(database)).isEmpty());
                runs.forEach((session, its) -> assertEnded(session, List.of(its.split(" "))));
                assertThat(next.troubles()).isEmpty();
            }
        }
    }

    private static String run(TestClient tab, String session) {
        String text = "/stream " + WORDS + " " + WORD_MS;
        JsonObject sent = tab.send(session, text);
        return sent.getString("run", "queued");
    }

    private void assertEnded(String session, List<String> runs) {
        StoredLog log = StoredLog.of(database, session).assertWhole();
        assertThat(log.runs()).as(session).hasSize(runs.size());
        assertThat(log.runs())
                .as(session)
                .allSatisfy(run -> assertThat(run.outcome()).isEqualTo("success"));
        assertThat(log.text(runs.getFirst())).endsWith(TestClient.words(WORDS));
    }

    private static int health(ServerProcess server) {
        return server.call("GET", "/health/ready", null, null).statusCode();
    }

    private static double ready(ServerProcess server) {
        return server.call("GET", "/metrics", null, null)
                .body()
                .lines()
                .filter(line -> line.startsWith("reprise_ready "))
                .mapToDouble(line -> Double.parseDouble(line.substring("reprise_ready ".length())))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static ServerProcess start(DatabaseUri database) {
        // Two hundred runs are slow on a slow machine, and a warning of that is no trouble.
        return ServerProcess.start(Map.of(
                "watch.slowStatementMs", "0",
                "database.url", database.reveal(),
                "database.checkMs", "100",
                "database.checkTimeoutMs", "1000",
                "store.retryMs", "50",
                "store.retryMaxMs", "200",
                "store.waitMs", "600000",
                "sessions.titles", "off",
                "shutdown.drainMs", "0"));
    }
}
