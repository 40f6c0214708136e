package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogOracle;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Transcript;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What rewinds have superseded can be read unchanged, and continued in a fork. */
class VersionsIT {
    private static final int SESSIONS = Rounds.of(3, 30);
    private static final int PAGE_BYTES = 4_096;
    private static final List<String> TEXTS =
            List.of("/echo one", "/think 3", "/tool time {}", "/usage", "/fail 500", "/steps 2");

    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(DATABASE, Map.of("log.pageBytesMax", Integer.toString(PAGE_BYTES)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void each_version_can_be_read_unchanged_and_its_fork_contains_the_same() {
        Random random = Seed.random("VersionsIT");
        try (TestClient tab = server.client("ada")) {
            for (int i = 0; i < SESSIONS; i++) {
                String session = attached(tab);
                List<JsonArray> before = rewindAtRandom(tab, session, random);

                List<JsonObject> versions = versions(session).reversed();

                assertThat(versions).hasSameSizeAs(before);
                for (int v = 0; v < versions.size(); v++) {
                    JsonObject version = versions.get(v);
                    assertThat(messages(session, version.getLong("asOf"))).isEqualTo(objects(before.get(v)));
                    assertDiffersBehind(version, before.get(v), v + 1 < before.size() ? before.get(v + 1) : null);
                    assertForks(tab, session, before.get(v), random);
                }
            }
        }
    }

    /** Some messages, some of them regenerated; returns the whole conversation before each of the rewinds. */
    private static List<JsonArray> rewindAtRandom(TestClient tab, String session, Random random) {
        List<JsonArray> before = new ArrayList<>();
        for (int step = 0; step < 9; step++) {
            String text = TEXTS.get(random.nextInt(TEXTS.size()));
            JsonArray now = history(session);
            List<JsonObject> asked = objects(now).stream()
                    .filter(message -> message.getString("role").equals("user"))
                    .toList();
            String run;
            if (asked.isEmpty() || random.nextInt(3) > 0) {
                run = tab.send(session, text).getString("run");
            } else {
                before.add(now);
                JsonObject again = new JsonObject()
                        .put("session", session)
                        .put("message", asked.get(random.nextInt(asked.size())).getString("id"));
                run = tab.ask("regenerate", random.nextBoolean() ? again : again.put("text", text))
                        .getString("run");
            }
            tab.awaitEnd(session, run);
        }
        return before;
    }

    private static void assertDiffersBehind(JsonObject version, JsonArray its, JsonArray next) {
        String after = version.getString("after");
        List<String> ids = ids(its);
        int common = after == null ? 0 : ids.indexOf(after) + 1;
        if (after != null) assertThat(ids).contains(after);
        assertThat(ids).hasSizeGreaterThan(common);
        // The next version began with the same messages, unless it was rewound to an earlier point.
        if (next == null || ids(next).size() <= common) return;
        assertThat(ids(next).subList(0, common)).isEqualTo(ids.subList(0, common));
        assertThat(ids(next).get(common)).isNotEqualTo(ids.get(common));
    }

    private static void assertForks(TestClient tab, String session, JsonArray version, Random random) {
        List<JsonObject> messages = objects(version);
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            if (i + 1 == messages.size() || !run(messages.get(i)).equals(run(messages.get(i + 1)))) ends.add(i);
        }
        int last = ends.get(random.nextInt(ends.size()));

        String fork = fork(session, messages.get(last).getString("id"));

        assertThat(copied(objects(history(fork)))).isEqualTo(copied(messages.subList(0, last + 1)));
        StoredLog log = StoredLog.of(DATABASE, fork).assertWhole();
        LogOracle oracle = LogOracle.of(DATABASE, fork);
        oracle.runs().forEach(oracle::assertEndsWell);
        tab.attachLive(fork);
        try (TestClient other = server.client("ada")) {
            other.place(fork, log.epoch(), 0).attachLive(fork);
            oracle.assertIs(other.events(fork), 0, log.head());
            assertThat(Transcript.of(other, fork)).containsExactlyEntriesOf(Transcript.of(tab, fork));
        }
    }

    @Test
    void the_fork_of_a_superseded_message_names_the_version_and_can_be_continued() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            say(tab, session, "/echo before");
            say(tab, session, "/echo lost");
            JsonArray lost = history(session);
            String message = ids(lost).getLast();
            again(tab, session, ids(lost).get(2), "/echo found");

            String fork = fork(session, message);

            JsonObject from = new JsonObject(call("/sessions/" + fork).body())
                    .getJsonObject("metadata")
                    .getJsonObject("forkedFrom");
            assertThat(from.getString("session")).isEqualTo(session);
            assertThat(from.getString("message")).isEqualTo(message);
            assertThat(from.getLong("version"))
                    .isEqualTo(versions(session).getFirst().getLong("asOf"));
            tab.attachLive(fork);
            say(tab, fork, "/echo on");
            assertThat(contents(history(fork)))
                    .containsExactly("/echo before", "before", "/echo lost", "lost", "/echo on", "on");
            assertThat(contents(history(session))).containsExactly("/echo before", "before", "/echo found", "found");
        }
    }

    @Test
    void versions_and_their_messages_come_in_pages() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            say(tab, session, "/echo one");
            say(tab, session, "/echo two");
            for (int i = 0; i < 3; i++)
                again(tab, session, ids(history(session)).get(2), "/echo again " + i);
            List<JsonObject> all = versions(session);

            JsonObject first = body("/sessions/" + session + "/versions?limit=2");
            JsonObject second = body("/sessions/" + session + "/versions?limit=2&cursor=" + first.getString("cursor"));

            assertThat(objects(first.getJsonArray("versions"))).isEqualTo(all.subList(0, 2));
            assertThat(objects(second.getJsonArray("versions"))).isEqualTo(all.subList(2, 3));
            assertThat(second.containsKey("cursor")).isFalse();
            // The oldest of them, one message at a time
            String path = "/sessions/" + session + "/versions/" + all.getLast().getLong("asOf") + "/messages?limit=1";
            List<String> read = new ArrayList<>();
            JsonObject page = body(path);
            while (true) {
                JsonObject message = page.getJsonArray("messages").getJsonObject(0);
                read.addFirst(message.getString("content"));
                if (!page.getBoolean("earlier")) break;
                page = body(
                        path + "&before=" + message.getJsonObject("metadata").getLong("seq"));
            }
            assertThat(read).containsExactly("/echo one", "one", "/echo two", "two");
        }
    }

    @Test
    void a_page_of_a_version_has_as_many_messages_as_fit() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String text = "x".repeat(PAGE_BYTES * 2 / 3);
            say(tab, session, "/echo " + text);
            say(tab, session, "/echo short");
            again(tab, session, ids(history(session)).getFirst(), "/echo instead");
            long asOf = versions(session).getFirst().getLong("asOf");
            String path = "/sessions/" + session + "/versions/" + asOf + "/messages";

            JsonObject newest = body(path);

            assertThat(contents(newest.getJsonArray("messages"))).containsExactly(text, "/echo short", "short");
            assertThat(newest.getBoolean("earlier")).isTrue();
            long before = newest.getJsonArray("messages")
                    .getJsonObject(0)
                    .getJsonObject("metadata")
                    .getLong("seq");
            JsonObject older = body(path + "?before=" + before);
            assertThat(contents(older.getJsonArray("messages"))).containsExactly("/echo " + text);
            assertThat(older.getBoolean("earlier")).isFalse();
        }
    }

    @Test
    void versions_belong_to_their_user_and_are_erased_by_a_clear() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            say(tab, session, "/echo secret");
            again(tab, session, null, "/echo other");
            long asOf = versions(session).getFirst().getLong("asOf");
            String list = "/sessions/" + session + "/versions";
            String messages = list + "/" + asOf + "/messages";

            for (String path : List.of(list, messages)) {
                assertThat(server.call("GET", "/api/v1" + path, server.token("eve"), null)
                                .statusCode())
                        .isEqualTo(404);
            }
            assertThat(call(list + "/1000000/messages").statusCode()).isEqualTo(404);
            assertThat(call(list + "/first/messages").statusCode()).isEqualTo(404);
            assertThat(call(list + "?cursor=x").statusCode()).isEqualTo(400);
            // When it is cleared
            server.call("POST", "/api/v1/sessions/" + session + "/clear", server.token("ada"), "{}");
            assertThat(versions(session)).isEmpty();
            assertThat(call(messages).body()).doesNotContain("secret");
        }
    }

    // --- helpers

    private static void say(TestClient tab, String session, String text) {
        tab.awaitEnd(session, tab.send(session, text).getString("run"));
    }

    private static void again(TestClient tab, String session, String message, String text) {
        JsonObject asked =
                new JsonObject().put("session", session).put("message", message).put("text", text);
        tab.awaitEnd(session, tab.ask("regenerate", asked).getString("run"));
    }

    private static String attached(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        return session;
    }

    private static String fork(String session, String message) {
        String body = new JsonObject().put("message", message).encode();
        HttpResponse<String> answer =
                server.call("POST", "/api/v1/sessions/" + session + "/fork", server.token("ada"), body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return new JsonObject(answer.body()).getString("session");
    }

    private static HttpResponse<String> call(String path) {
        return server.call("GET", "/api/v1" + path, server.token("ada"), null);
    }

    private static JsonObject body(String path) {
        HttpResponse<String> answer = call(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static JsonArray history(String session) {
        return server.messages(server.token("ada"), session, 200);
    }

    private static List<JsonObject> versions(String session) {
        return objects(body("/sessions/" + session + "/versions?limit=200").getJsonArray("versions"));
    }

    private static List<JsonObject> messages(String session, long asOf) {
        String path = "/sessions/" + session + "/versions/" + asOf + "/messages?limit=200";
        return objects(body(path).getJsonArray("messages"));
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    private static List<String> ids(JsonArray messages) {
        return objects(messages).stream()
                .map(message -> message.getString("id"))
                .toList();
    }

    private static List<String> contents(JsonArray messages) {
        return objects(messages).stream()
                .map(message -> message.getString("content"))
                .toList();
    }

    private static String run(JsonObject message) {
        return message.getJsonObject("metadata").getString("run");
    }

    /** What a fork has of messages: all except their position in the log and their usage. */
    private static List<JsonObject> copied(List<JsonObject> messages) {
        return messages.stream()
                .map(JsonObject::copy)
                .peek(message -> List.of("seq", "usage", "durationMs", "contextUse")
                        .forEach(message.getJsonObject("metadata")::remove))
                .toList();
    }
}
