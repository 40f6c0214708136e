package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.BigSession;
import io.reprise.testing.DatabaseProxy;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Long sessions on a server with the default timeouts: everything that reads them
 * succeeds, and reads no more than it needs.
 */
class BigSessionIT {
    private static final BigSession LONG_TEXTS = new BigSession("s_long", "ada", 100, 60_000);
    private static final BigSession MANY_RUNS = new BigSession("s_many", "ada", 20_000, 40);
    private static final int MIB = 1 << 20;

    /** The longest pauses between polls, so that a slow machine does not count more of them. */
    private static final Map<String, String> QUIET = Map.of(
            "database.checkMs", "60000",
            "jobs.pollMs", "600000",
            "erasures.pollMs", "600000",
            "recalls.pollMs", "60000",
            "webhooks.pollMs", "60000",
            "push.pollMs", "60000");

    /** Statements that the server sends by itself meanwhile, such as those of a poll. */
    private static final int OWN_STATEMENTS = 30;

    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static DatabaseProxy proxy;
    private static TestServer server;

    @BeforeAll
    static void start() {
        LONG_TEXTS.storeIn(DATABASE);
        MANY_RUNS.storeIn(DATABASE);
        proxy = DatabaseProxy.before(DATABASE);
        server = TestServer.startImpatient(proxy.uri(), QUIET);
    }

    @AfterAll
    static void stop() {
        server.close();
        proxy.close();
    }

    /** Session, messages of a snapshot, and the limits of reads: of the newest 200 messages, of 50, of all. */
    static Stream<Arguments> sessions() {
        return Stream.of(
                Arguments.of(LONG_TEXTS, new Costs(14 * MIB, 13), new Costs(4 * MIB, 5), new Costs(14 * MIB, 15)),
                Arguments.of(MANY_RUNS, new Costs(MIB, 3), new Costs(MIB, 3), new Costs(86 * MIB, 206)));
    }

    /** The allowed cost of a read. */
    private record Costs(long bytes, int statements) {}

    @ParameterizedTest(name = "{0}")
    @MethodSource("sessions")
    void an_attach_reads_the_newest_messages_once(BigSession session, Costs newest) throws Exception {
        try (TestClient tab = server.client("ada")) {
            within("attach", newest, () -> tab.attachLive(session.id()));

            assertThat(tab.view(session.id()).messages).hasSize(200);
            assertThat(pages(tab)).as("each page once").doesNotHaveDuplicates();
            TestClient other = server.client("ada");
            within("attach of another tab", new Costs(MIB, 0), () -> other.attachLive(session.id()));
            assertThat(other.view(session.id()).messages).isEqualTo(tab.view(session.id()).messages);
            other.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sessions")
    void a_page_of_history_reads_its_messages_once(BigSession session, Costs newest, Costs page) throws Exception {
        String query = "/messages?limit=50&before=" + session.head() / 2;

        HttpResponse<String> answer = within("history", page, () -> get(session, query));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getJsonArray("messages")).hasSizeBetween(1, 50);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sessions")
    void the_cost_of_a_message_does_not_grow_with_the_log(BigSession session, Costs newest) throws Exception {
        // A copy, so that the others find the session as it was.
        BigSession copy =
                new BigSession(session.id() + "_goes_on", "ada", session.runs(), session.textChars()).storeIn(DATABASE);
        Costs message = new Costs(newest.bytes(), newest.statements() + 20);
        try (TestClient tab = server.client("ada")) {
            tab.attachLive(copy.id());
            for (int i = 0; i < 2; i++) {
                within("message", message, () -> {
                    JsonObject sent = tab.send(copy.id(), "/echo hi");
                    return tab.awaitEnd(copy.id(), sent.getString("run"));
                });
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sessions")
    void an_export_reads_everything_once(BigSession session, Costs newest, Costs page, Costs all) throws Exception {
        HttpResponse<String> answer = within("export", all, () -> get(session, "/export?format=json"));

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonArray messages = new JsonObject(answer.body()).getJsonArray("messages");
        assertThat(messages).hasSize(session.messages());
        assertThat(messages.getJsonObject(session.messages() - 1).getString("id"))
                .isEqualTo("a_" + (session.runs() - 1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sessions")
    void a_fork_reads_everything_once(BigSession session, Costs newest, Costs page, Costs all) throws Exception {
        String last = "a_" + (session.runs() - 1);
        String body = new JsonObject().put("message", last).encode();
        // It writes about as many statements as it reads.
        Costs both = new Costs(all.bytes(), 3 * all.statements());

        HttpResponse<String> answer = within(
                "fork",
                both,
                () -> server.call("POST", "/api/v1/sessions/" + session.id() + "/fork", server.token("ada"), body));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        String fork = new JsonObject(answer.body()).getString("session");
        try (TestClient tab = server.client("ada")) {
            tab.attachLive(fork);
            assertThat(texts(tab.view(fork).messages)).hasSize(200).isEqualTo(texts(session));
        }
    }

    /**
     * Symptom: with a small {@code gateway.answerMs} a tab never received the first page, while one attach kept the
     * whole pool
     * busy with the same reads. Cause: an answer to an earlier request was dropped, and the page was made again.
     */
    @Test
    void an_attach_succeeds_also_if_each_page_is_late() throws Exception {
        DatabaseUri database = TestDatabase.fresh();
        LONG_TEXTS.storeIn(database);
        Map<String, String> hasty = new HashMap<>(QUIET);
        hasty.put("gateway.answerMs", "100");
        try (DatabaseProxy way = DatabaseProxy.before(database);
                TestServer server = TestServer.startImpatient(way.uri(), hasty);
                TestClient tab = server.client("ada")) {
            within(way, "attach with a small answerMs", new Costs(14 * MIB, 60), () -> tab.attachLive(LONG_TEXTS.id()));

            assertThat(tab.view(LONG_TEXTS.id()).messages).hasSize(200);
        }
    }

    // --- helpers

    private static <T> T within(String what, Costs costs, Callable<T> work) throws Exception {
        return within(proxy, what, costs, work);
    }

    private static <T> T within(DatabaseProxy way, String what, Costs costs, Callable<T> work) throws Exception {
        long bytes = way.answeredBytes();
        long statements = way.statements();
        T result = work.call();
        bytes = way.answeredBytes() - bytes;
        statements = way.statements() - statements;
        System.out.printf("%s: %,d bytes, %d statements%n", what, bytes, statements);
        assertThat(bytes).as("bytes of " + what).isLessThanOrEqualTo(costs.bytes());
        assertThat(statements).as("statements of " + what).isLessThanOrEqualTo(costs.statements() + OWN_STATEMENTS);
        return result;
    }

    private static HttpResponse<String> get(BigSession session, String path) {
        return server.call("GET", "/api/v1/sessions/" + session.id() + path, server.token("ada"), null);
    }

    private static List<Integer> pages(TestClient tab) {
        return tab.frames().stream()
                .filter(frame -> frame.getString("type").equals("snapshot"))
                .map(frame -> frame.getInteger("page"))
                .toList();
    }

    private static List<String> texts(BigSession session) {
        return texts(server.messages(server.token("ada"), session.id(), 200));
    }

    private static List<String> texts(JsonArray messages) {
        return messages.stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }
}
