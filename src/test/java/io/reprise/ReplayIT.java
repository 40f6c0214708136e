package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogOracle;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every cursor: readers get exactly what follows it. */
class ReplayIT extends ReplayBench {
    @ParameterizedTest
    @ValueSource(ints = {0, 10, 500})
    void every_cursor_receives_exactly_the_following_events_during_a_run_after_it_and_after_a_restart(int flushMs) {
        DatabaseUri database = TestDatabase.fresh();
        List<Sent> all = new ArrayList<>();
        String session;
        String epoch;
        long head;
        // Given a run of more than 200 events that waits in its middle
        try (TestServer server = TestServer.start(database, eventPerDelta(flushMs));
                TestClient watcher = server.client("ada");
                TestClient tab = server.client("ada")) {
            session = watcher.create();
            epoch = watcher.attachLive(session).getString("epoch");
            String run = watcher.send(session, waitingToolWithLongArguments()).getString("run");
            watcher.await("the tool at work", frame -> isEvent(frame, "TOOL_CALL_END"));
            long middle = watcher.view(session).cursor;
            assertThat(middle).isGreaterThan(200);

            // When a tab attaches at every cursor during the run, and after it
            all.addAll(attachEverywhere(tab, session, epoch, middle));
            watcher.ask("stop", new JsonObject().put("session", session).put("run", run));
            watcher.awaitEnd(session, run);
            head = watcher.view(session).cursor;
            all.addAll(attachEverywhere(tab, session, epoch, head));
        }
        // and after a restart
        try (TestServer server = TestServer.start(database, eventPerDelta(flushMs));
                TestClient tab = server.client("ada")) {
            all.addAll(attachEverywhere(tab, session, epoch, head));
        }

        // Then each received exactly what is stored after its cursor
        LogOracle log = LogOracle.of(database, session);
        assertThat(log.head()).isEqualTo(head);
        for (Sent sent : all) log.assertIs(sent.events(), sent.after(), sent.upTo());
        if (flushMs > 0) assertThat(all).anyMatch(sent -> log.isInsideARow(sent.after()));
    }

    @Test
    void tabs_that_attach_at_every_cursor_while_text_streams_get_exactly_the_rest() {
        TestServer server = SERVERS.with(eventPerDelta(30));
        try (TestClient watcher = server.client("ada")) {
            String token = server.token("ada");
            String session = watcher.create();
            String epoch = watcher.attachLive(session).getString("epoch");
            List<TestClient> tabs = new ArrayList<>();

            // Given a text that streams
            String run = watcher.send(session, "/stream 200 60").getString("run");
            // When a tab attaches at each cursor as soon as there is one
            for (long after = 0; after < 200; after++) {
                long cursor = after;
                watcher.awaitThat("cursor " + after, () -> watcher.view(session).cursor >= cursor);
                TestClient tab = TestClient.connect(server.port(), token).place(session, epoch, after);
                assertRecovered(tab.attach(session));
                tabs.add(tab);
            }
            watcher.awaitEnd(session, run);
            tabs.forEach(tab -> tab.awaitEnd(session, run));

            // Then every one has exactly what is after its cursor, and the text is complete
            LogOracle log = LogOracle.of(server.database(), session);
            assertThat(watcher.text(session, run)).isEqualTo(words(200));
            assertThat(log.head()).isGreaterThan(200);
            for (int after = 0; after < tabs.size(); after++) {
                log.assertIs(tabs.get(after).events(session), after, log.head());
            }
            tabs.forEach(TestClient::close);
        }
    }

    @Test
    void a_cursor_inside_a_merged_segment_gets_the_rest_of_its_text_from_the_next_seq_on() {
        TestServer server = SERVERS.with(eventPerDelta(60_000));
        try (TestClient tab = server.client("ada")) {
            // Given one message of 50 words in one row
            String session = tab.create();
            String epoch = tab.attachLive(session).getString("epoch");
            String run = tab.send(session, "/stream 50 0").getString("run");
            tab.awaitEnd(session, run);
            long first = tab.events(session).stream()
                    .filter(e -> isEvent(e, "TEXT_MESSAGE_CONTENT")
                            && event(e).getString("delta").startsWith("w1 "))
                    .map(e -> e.getLong("from", e.getLong("seq")))
                    .findFirst()
                    .orElseThrow();
            long last = first + 49;

            for (long after = first; after < last; after++) {
                // When
                tab.place(session, epoch, after).attachLive(session);
                // Then
                JsonObject rest = tab.events(session).getFirst();
                assertThat(rest.getLong("seq")).isEqualTo(last);
                assertThat(rest.getLong("from", last)).isEqualTo(after + 1);
                assertThat(event(rest).getString("delta"))
                        .isEqualTo(words(50)
                                .substring(words((int) (after - first) + 1).length()));
            }
        }
    }

    /** The demo model streams the arguments in pieces of seven characters; the tool ignores the second argument. */
    private static String waitingToolWithLongArguments() {
        String numbers = IntStream.range(0, 400).mapToObj(Integer::toString).collect(Collectors.joining(" "));
        return "/tool sleep {\"seconds\": 600, \"because\": \"" + numbers + "\"}";
    }

    private static List<Sent> attachEverywhere(TestClient tab, String session, String epoch, long head) {
        List<Sent> all = new ArrayList<>();
        for (long after = 0; after <= head; after++) {
            JsonObject verdict = tab.place(session, epoch, after).attachLive(session);
            assertRecovered(verdict);
            assertThat(verdict.getLong("head")).isEqualTo(head);
            assertThat(verdict.getLong("floor")).isEqualTo(1);
            assertThat(tab.view(session).cursor).as("live at the head").isEqualTo(head);
            all.add(new Sent(after, head, tab.events(session)));
        }
        return all;
    }

    /** What a tab at this cursor was sent. */
    private record Sent(long after, long upTo, List<JsonObject> events) {}
}
