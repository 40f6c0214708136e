package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static io.reprise.testing.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogOracle;
import io.reprise.testing.SharedServers;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For any cursor of any attaching reader: exactly the rest of the log, or a snapshot with the reason. */
class ReplayIT {
    /** 100 is the smallest window, 4096 the smallest page. */
    private static final Map<String, String> SMALL = Map.of(
            "run.mergeMs", "0",
            "run.mergeDeltasMax", "1",
            "log.replayEvents", "100",
            "log.pageBytesMax", "4096",
            "log.memoryBytesMax", "0");

    @RegisterExtension
    static final SharedServers SERVERS = new SharedServers();

    /** What a tab at this cursor was sent. */
    private record Sent(long after, long upTo, List<JsonObject> events) {}

    // --- every cursor

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

    // --- sockets and their subscriptions

    @Test
    void attaching_again_on_one_socket_sends_again_from_the_new_cursor_also_in_mid_run() {
        TestServer server = SERVERS.with(eventPerDelta(20));
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            String epoch = tab.attachLive(session).getString("epoch");
            String run = tab.send(session, "/stream 150 75").getString("run");

            // When it attaches from the start repeatedly while the text streams
            for (long seen = 10; seen <= 140; seen += 10) {
                long cursor = seen;
                tab.awaitThat("event " + seen, () -> tab.view(session).cursor >= cursor);
                assertRecovered(tab.place(session, epoch, seen % 3).attach(session));
            }
            tab.awaitEnd(session, run);

            // Then the newest attach has sent the whole log once
            long head = tab.view(session).cursor;
            LogOracle.of(server.database(), session).assertIs(tab.events(session), 140 % 3, head);
        }
    }

    @Test
    void nothing_of_a_session_is_sent_after_a_detach() {
        TestServer server = SERVERS.with(eventPerDelta(500));
        try (TestClient tab = server.client("ada");
                TestClient watcher = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            watcher.attachLive(session);
            String run = tab.send(session, "/stream 100 100").getString("run");
            tab.awaitThat("some text", () -> tab.view(session).cursor > 20);

            JsonObject result = tab.ask("detach", new JsonObject().put("session", session));
            assertThat(result.getString("type")).isEqualTo("result");
            watcher.awaitEnd(session, run);
            tab.ask("ping", new JsonObject());

            List<JsonObject> frames = tab.frames();
            int detached = frames.indexOf(result);
            assertThat(frames.subList(detached + 1, frames.size()))
                    .noneMatch(frame -> session.equals(frame.getString("session")));
            // and attaching again continues where it was
            assertRecovered(tab.attachLive(session));
            assertThat(tab.text(session, run)).isEqualTo(words(100));
        }
    }

    @Test
    void other_tabs_never_change_what_the_first_receives() {
        TestServer server = SERVERS.with(eventPerDelta(20));
        try (TestClient first = server.client("ada")) {
            String session = first.create();
            String epoch = first.attachLive(session).getString("epoch");
            int before = first.frameCount();
            String run = first.send(session, "/stream 120 60").getString("run");

            // When others come and go, replay, fold, re-attach, detach and disconnect
            for (int i = 1; i <= 20; i++) {
                long seen = i * 5L;
                first.awaitThat("event " + seen, () -> first.view(session).cursor >= seen);
                TestClient other = server.client("ada");
                if (i % 3 > 0) other.place(session, epoch, i % 3 == 1 ? 0 : seen);
                other.attachLive(session);
                if (i % 2 == 0) other.ask("detach", new JsonObject().put("session", session));
                if (i % 5 == 0) other.attach(session);
                other.cut();
            }
            first.awaitEnd(session, run);

            // Then the first has had each event once, live and in order, and of its session no other frame but its
            // result;
            // notices go to all sockets of a user, whichever sessions they read
            LogOracle.of(server.database(), session).assertIs(first.events(session), 0, first.view(session).cursor);
            assertThat(first.frames().subList(before, first.frameCount()).stream()
                            .map(frame -> frame.getString("type"))
                            .filter(type -> !List.of("event", "notice").contains(type)))
                    .containsExactly("result");
        }
    }

    @Test
    void a_socket_can_name_its_session_in_the_address() {
        TestServer server = SERVERS.with(Map.of());
        try (TestClient tab = server.client("ada")) {
            String session = sessionWithTwoRuns(tab);

            try (TestClient named = open(server, "ada", session)) {
                named.awaitThat("live", () -> named.view(session).live);
                JsonObject verdict = frames(named, session, "attached").getFirst();
                assertThat(verdict.containsKey("id")).isFalse();
                assertThat(verdict.getString("mode")).isEqualTo("snapshot");
                assertThat(named.view(session).cursor).isEqualTo(tab.view(session).cursor);
            }
            for (String absent : List.of("s_nothing", "x".repeat(300))) {
                try (TestClient lost = open(server, "ada", absent)) {
                    JsonObject error =
                            lost.await("error", frame -> frame.getString("type").equals("error"));
                    assertThat(error.getString("code")).isEqualTo("not_found");
                    assertThat(error.getString("session")).isEqualTo(absent);
                    assertThat(error.containsKey("id")).isFalse();
                    assertThat(lost.ask("ping", new JsonObject()).getString("type"))
                            .isEqualTo("pong");
                }
            }
            try (TestClient stranger = open(server, "bob", session)) {
                JsonObject error =
                        stranger.await("error", frame -> frame.getString("type").equals("error"));
                assertThat(error.getString("code")).isEqualTo("not_found");
            }
        }
    }

    @Test
    void a_beat_names_the_last_seq_sent_to_the_socket() {
        try (TestServer server = TestServer.start(Map.of("server.beatMs", "100"));
                TestClient tab = server.client("ada")) {
            String session = sessionWithTwoRuns(tab);
            long cursor = tab.view(session).cursor;
            int from = tab.frameCount();

            JsonObject beat =
                    tab.await("beat", from, frame -> frame.getString("type").equals("beat"));

            assertThat(beat.getJsonObject("sent")).isEqualTo(new JsonObject().put(session, cursor));
        }
    }

    /**
     * Symptom: the first attach to a session, or the first command for one without readers, was answered after five
     * seconds or not at all, and the session was never evicted. Cause: a session that had just been loaded counted as
     * open before its first step, so the messages that had waited for it were never handled.
     */
    @Test
    void requests_that_wait_for_loading_are_answered_without_a_repeat() {
        DatabaseUri database = TestDatabase.fresh();
        Map<String, String> patient = Map.of("gateway.answerMs", "60000");
        String session;
        try (TestServer server = TestServer.start(database, patient);
                TestClient tab = server.client("ada")) {
            session = tab.create();
            assertThat(tab.attachLive(session).getString("mode")).isEqualTo("snapshot");
        }
        try (TestServer server = TestServer.start(database, patient);
                TestClient tab = server.client("ada")) {
            assertThat(tab.send(session, "/echo back").getString("status")).isEqualTo("started");
        }
    }

    // --- small helpers

    /** Every delta is a separate event; rows of the log are cut every {@code flushMs}. */
    private static Map<String, String> eventPerDelta(int flushMs) {
        return Map.of("run.mergeMs", "0", "run.mergeDeltasMax", "1", "log.flushMs", "" + flushMs);
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

    private static void assertRecovered(JsonObject verdict) {
        assertThat(verdict.getString("mode")).as(verdict.encode()).isEqualTo("replay");
        assertThat(verdict.getBoolean("recovered")).isTrue();
        assertThat(verdict.containsKey("reason")).isFalse();
        assertThat(verdict.containsKey("missing")).isFalse();
    }

    /** A run of about 210 events and one of about 10; the tab is live at the head. */
    private static String sessionWithTwoRuns(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        tab.awaitEnd(session, tab.send(session, "/stream 200 0").getString("run"));
        tab.awaitEnd(session, tab.send(session, "/echo the end").getString("run"));
        return session;
    }

    private static TestClient open(TestServer server, String user, String session) {
        TestClient client = TestClient.open(server.port(), "/ws?session=" + session);
        client.say(new JsonObject()
                .put("type", "hello")
                .put("id", "hello")
                .put("version", 1)
                .put("token", server.token(user)));
        return client;
    }

    private static boolean isEvent(JsonObject frame, String type) {
        return frame.getString("type").equals("event") && type(frame).equals(type);
    }

    private static List<JsonObject> frames(TestClient tab, String session, String type) {
        return tab.frames().stream()
                .filter(frame -> type.equals(frame.getString("type")) && session.equals(frame.getString("session")))
                .toList();
    }

    private static List<String> texts(JsonArray messages) {
        return messages.stream()
                .map(JsonObject.class::cast)
                .map(message -> message.getString("content"))
                .toList();
    }
}
