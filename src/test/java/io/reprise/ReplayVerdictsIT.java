package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.LogOracle;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the server decides about a cursor, and what a snapshot has. */
class ReplayVerdictsIT extends ReplayBench {
    /** 100 is the smallest window, 4096 the smallest page. */
    private static final Map<String, String> SMALL = Map.of(
            "run.mergeMs", "0",
            "run.mergeDeltasMax", "1",
            "log.replayEvents", "100",
            "log.pageBytesMax", "4096",
            "log.memoryBytesMax", "0");

    // --- verdicts: each row of the table

    @Test
    void without_a_cursor_the_verdict_is_a_snapshot() {
        TestServer server = SERVERS.with(SMALL);
        try (TestClient tab = server.client("ada")) {
            String session = sessionWithTwoRuns(tab);
            try (TestClient other = server.client("ada")) {
                JsonObject verdict = other.attachLive(session);

                assertThat(verdict.getString("mode")).isEqualTo("snapshot");
                assertThat(verdict.getBoolean("recovered")).isFalse();
                assertThat(verdict.containsKey("reason")).isFalse();
                assertThat(verdict.containsKey("missing")).isFalse();
                assertThat(verdict.getLong("head")).isEqualTo(tab.view(session).cursor);
                assertThat(other.view(session).cursor).isEqualTo(tab.view(session).cursor);
                assertThat(texts(other.view(session).messages))
                        .containsExactly("/stream 200 0", words(200), "/echo the end", "the end");
            }
        }
    }

    @Test
    void a_cursor_at_the_oldest_kept_event_is_replayed_and_an_older_one_learns_what_is_missing() {
        TestServer server = SERVERS.with(SMALL);
        try (TestClient tab = server.client("ada")) {
            String session = sessionWithTwoRuns(tab);
            String epoch = tab.view(session).epoch;
            long head = tab.view(session).cursor;
            long floor = head - 99;

            JsonObject covered = tab.place(session, epoch, floor - 1).attachLive(session);
            assertRecovered(covered);
            assertThat(covered.getLong("floor")).isEqualTo(floor);
            LogOracle.of(server.database(), session).assertIs(tab.events(session), floor - 1, head);

            JsonObject trimmed = tab.place(session, epoch, floor - 2).attachLive(session);
            assertThat(trimmed.getString("mode")).isEqualTo("snapshot");
            assertThat(trimmed.getBoolean("recovered")).isFalse();
            assertThat(trimmed.getString("reason")).isEqualTo("trimmed");
            assertThat(trimmed.getJsonArray("missing"))
                    .isEqualTo(new JsonArray().add(floor - 1).add(floor - 1));
            assertThat(texts(tab.view(session).messages)).contains(words(200), "the end");

            JsonObject longGone = tab.place(session, epoch, 0).attachLive(session);
            assertThat(longGone.getJsonArray("missing"))
                    .isEqualTo(new JsonArray().add(1).add(floor - 1));
        }
    }

    @Test
    void the_newest_run_is_always_replayed_as_a_whole() {
        TestServer server = SERVERS.with(SMALL);
        try (TestClient tab = server.client("ada")) {
            // Given one run that is longer than the window
            String session = tab.create();
            String epoch = tab.attachLive(session).getString("epoch");
            tab.awaitEnd(session, tab.send(session, "/stream 300 0").getString("run"));
            long head = tab.view(session).cursor;

            JsonObject verdict = tab.place(session, epoch, 0).attachLive(session);

            assertRecovered(verdict);
            assertThat(verdict.getLong("floor")).isEqualTo(1);
            LogOracle.of(server.database(), session).assertIs(tab.events(session), 0, head);
        }
    }

    @Test
    void a_cursor_ahead_of_the_log_or_of_another_epoch_is_reset() {
        TestServer server = SERVERS.with(SMALL);
        try (TestClient tab = server.client("ada")) {
            String session = sessionWithTwoRuns(tab);
            String epoch = tab.view(session).epoch;
            long head = tab.view(session).cursor;

            JsonObject atHead = tab.place(session, epoch, head).attachLive(session);
            assertRecovered(atHead);
            assertThat(tab.events(session)).isEmpty();

            JsonObject ahead = tab.place(session, epoch, head + 1).attachLive(session);
            assertThat(ahead.getString("mode")).isEqualTo("reset");
            assertThat(ahead.getString("reason")).isEqualTo("ahead");
            assertThat(ahead.getBoolean("recovered")).isFalse();
            assertThat(tab.view(session).cursor).isEqualTo(head);

            JsonObject foreign = tab.place(session, "another", head).attachLive(session);
            assertThat(foreign.getString("mode")).isEqualTo("reset");
            assertThat(foreign.getString("reason")).isEqualTo("epoch");
            assertThat(foreign.getString("epoch")).isEqualTo(epoch);
            assertThat(foreign.getBoolean("recovered")).isFalse();
            assertThat(texts(tab.view(session).messages)).contains(words(200), "the end");
        }
    }

    @Test
    void an_unknown_session_and_another_users_are_not_found() {
        TestServer server = SERVERS.with(Map.of());
        try (TestClient ada = server.client("ada");
                TestClient bob = server.client("bob")) {
            String session = ada.create();

            for (String absent : List.of("s_nothing", session)) {
                JsonObject refusal = bob.attach(absent);
                assertThat(refusal.getString("type")).isEqualTo("error");
                assertThat(refusal.getString("code")).isEqualTo("not_found");
                assertThat(refusal.getString("session")).isEqualTo(absent);
                assertThat(refusal.getBoolean("retryable")).isFalse();
            }
        }
    }

    @Test
    void epoch_and_after_come_together_or_not_at_all() {
        TestServer server = SERVERS.with(Map.of());
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            JsonObject attach = new JsonObject().put("session", session);
            for (JsonObject half : List.of(
                    attach.copy().put("epoch", "e"),
                    attach.copy().put("after", 1),
                    attach.copy().put("epoch", "e").put("after", -1),
                    attach.copy().put("epoch", "e").put("after", 1L << 53),
                    attach.copy().put("epoch", "e").put("after", "1"),
                    attach.copy().put("epoch", "not an epoch").put("after", 1))) {
                JsonObject answer = tab.ask("attach", half);
                assertThat(answer.getString("code")).as(half.encode()).isEqualTo("bad_request");
            }
            assertThat(tab.attachLive(session).getString("mode")).isEqualTo("snapshot");
        }
    }

    // --- snapshots

    @Test
    void a_snapshot_comes_in_pages_at_one_seq_with_the_newest_messages() {
        Map<String, String> settings = new HashMap<>(SMALL);
        settings.put("sessions.snapshotMessages", "9");
        try (TestServer server = TestServer.start(settings);
                TestClient tab = server.client("ada");
                TestClient other = server.client("ada")) {
            // Given ten answers of about half a page each
            String session = tab.create();
            tab.attachLive(session);
            for (int i = 0; i < 10; i++) {
                String text = "answer " + i + " " + "x".repeat(2_000);
                tab.awaitEnd(session, tab.send(session, "/echo " + text).getString("run"));
            }

            // When
            other.attachLive(session);

            // Then
            List<JsonObject> pages = frames(other, session, "snapshot");
            assertThat(pages).hasSizeGreaterThan(3);
            for (int i = 0; i < pages.size(); i++) {
                JsonObject page = pages.get(i);
                assertThat(page.getInteger("page")).isEqualTo(i + 1);
                assertThat(page.getBoolean("last")).isEqualTo(i == pages.size() - 1);
                assertThat(page.getBoolean("earlier")).isTrue();
                assertThat(page.getLong("seq")).isEqualTo(tab.view(session).cursor);
                assertThat(page.getString("epoch")).isEqualTo(tab.view(session).epoch);
                assertThat(page.getJsonArray("messages")).isNotEmpty();
                assertThat(page.containsKey("run")).isFalse();
            }
            List<String> texts = texts(other.view(session).messages);
            assertThat(texts).hasSize(9);
            assertThat(texts.getFirst()).startsWith("answer 5");
            assertThat(texts.getLast()).startsWith("answer 9");
        }
    }

    @Test
    void a_snapshot_during_a_text_continues_with_the_rest_of_it() {
        TestServer server = SERVERS.with(eventPerDelta(20));
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String run = tab.send(session, "/stream 1000000 50").getString("run");
            List<TestClient> others = new ArrayList<>();

            // When tabs without a cursor attach at different moments of a text that ends only when it is stopped
            for (int i = 1; i <= 10; i++) {
                long seen = i * 10L;
                tab.awaitThat("event " + seen, () -> tab.view(session).cursor >= seen);
                TestClient other = server.client("ada");
                other.attachLive(session);
                others.add(other);
            }
            tab.ask("stop", new JsonObject().put("session", session).put("run", run));
            tab.awaitEnd(session, run);

            // Then each has the text so far in its snapshot, and the rest as events
            String whole = tab.text(session, run);
            assertThat(words(1_000_000)).startsWith(whole);
            for (TestClient other : others) {
                other.awaitEnd(session, run);
                JsonObject snapshot = frames(other, session, "snapshot").getLast();
                JsonObject active = snapshot.getJsonObject("run");
                assertThat(active.getString("id")).isEqualTo(run);
                assertThat(active.getString("origin")).isEqualTo("user");
                assertThat(active.getString("startedAt")).isNotBlank();
                String open = active.getJsonArray("open").stream()
                        .map(JsonObject.class::cast)
                        .map(message -> message.getString("text"))
                        .collect(Collectors.joining());
                assertThat(open + other.text(session, run)).isEqualTo(whole);
            }
            others.forEach(TestClient::close);
        }
    }

    @Test
    void a_snapshot_shows_the_tool_call_that_is_in_progress() {
        TestServer server = SERVERS.with(Map.of());
        try (TestClient tab = server.client("ada");
                TestClient other = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String run = tab.send(session, "/tool sleep {\"seconds\": 60}").getString("run");
            tab.await("the tool at work", frame -> isEvent(frame, "TOOL_CALL_END"));

            JsonObject verdict = other.attachLive(session);

            assertThat(verdict.getString("run")).isEqualTo(run);
            JsonObject active = frames(other, session, "snapshot").getLast().getJsonObject("run");
            JsonObject call = active.getJsonArray("toolCalls").getJsonObject(0);
            assertThat(call.getString("name")).isEqualTo("sleep");
            assertThat(call.getString("arguments")).isEqualTo("{\"seconds\": 60}");
            assertThat(call.getBoolean("ended")).isTrue();
            other.ask("stop", new JsonObject().put("session", session));
            assertThat(event(other.awaitEnd(session, run))
                            .getJsonObject("outcome")
                            .getString("type"))
                    .isEqualTo("cancelled");
            JsonObject later = tab.place(session, "another", 0).attachLive(session);
            assertThat(later.containsKey("run")).isFalse();
            assertThat(later.getJsonObject("lastRun").getString("id")).isEqualTo(run);
            assertThat(later.getJsonObject("lastRun").getString("outcome")).isEqualTo("cancelled");
        }
    }

    private static List<String> texts(JsonArray messages) {
        return messages.stream()
                .map(JsonObject.class::cast)
                .map(message -> message.getString("content"))
                .toList();
    }
}
