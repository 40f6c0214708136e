package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What models were used for is counted, told and limited, whatever becomes of runs and sessions. */
class UsageIT {
    private static final Map<String, String> SETTINGS = Map.of("usage.flushMs", "10", "sessions.titles", "off");

    @Test
    void runs_that_succeed_fail_or_are_stopped_are_counted_and_told() {
        try (TestServer server = TestServer.start(TestDatabase.fresh(), with("model.contextTokens", "100000"));
                TestClient ada = TestClient.connect(server.port(), server.token("ada"))) {
            String session = ada.create();
            ada.attachLive(session);
            JsonObject good =
                    ada.awaitEnd(session, ada.send(session, "/steps 2").getString("run"));
            JsonObject failed =
                    ada.awaitEnd(session, ada.send(session, "/fail 429").getString("run"));
            String run = ada.send(session, "/stream 1000 50").getString("run");
            ada.await("a delta", frame -> frame.encode().contains("w1 "));
            ada.ask("stop", new JsonObject().put("session", session).put("run", run));
            JsonObject stopped = ada.awaitEnd(session, run);

            JsonObject whole = TestClient.event(good);
            assertThat(tokens(whole)).isPositive();
            assertThat(whole.getJsonObject("contextUse").getInteger("usedTokens"))
                    .isPositive();
            assertThat(TestClient.event(failed).containsKey("usage")).isFalse();
            assertThat(whole.getJsonObject("contextUse").getInteger("maxTokens"))
                    .as("the settings tell the size")
                    .isEqualTo(100_000);
            JsonObject cut = TestClient.event(stopped).getJsonArray("usage").getJsonObject(0);
            assertThat(cut.getBoolean("estimated")).isTrue();
            assertThat(cut.getInteger("outputTokens")).isPositive();

            await().atMost(Patience.LIMIT).until(() -> runs(server, session).contains(run));
            JsonObject report = report(server, session);
            assertThat(report.getJsonObject("context"))
                    .as("after the newest answer, and where it was largest")
                    .isEqualTo(new JsonObject()
                            .put(
                                    "usedTokens",
                                    TestClient.event(stopped)
                                            .getJsonObject("contextUse")
                                            .getInteger("usedTokens"))
                            .put("largestTokens", largest(whole, TestClient.event(stopped)))
                            .put("maxTokens", 100_000));
            assertThat(report.getJsonObject("total").getLong("calls"))
                    .isEqualTo(sum(report.getJsonArray("rows"), "calls"));
            assertThat(report.getJsonObject("total").getLong("outputTokens"))
                    .isEqualTo(sum(report.getJsonArray("rows"), "outputTokens"));
            JsonArray rows = session(server, session);
            assertThat(rows.getJsonObject(0).getInteger("calls")).isEqualTo(3);
            assertThat(rows.getJsonObject(0).getLong("inputTokens")
                            + rows.getJsonObject(0).getLong("outputTokens"))
                    .isEqualTo(tokens(whole));
            assertThat(server.call("GET", "/api/v1/sessions/" + session + "/usage", server.token("eve"), null)
                            .statusCode())
                    .isEqualTo(404);
            JsonArray messages = server.messages(server.token("ada"), session, 100);
            JsonObject last = messages.getJsonObject(messages.size() - 1).getJsonObject("metadata");
            assertThat(last.getJsonArray("usage").getJsonObject(0).getBoolean("estimated"))
                    .isTrue();
        }
    }

    @Test
    void usage_outlives_its_session_and_only_administrators_see_that_of_others() {
        try (TestServer server = TestServer.start(TestDatabase.fresh(), SETTINGS);
                TestClient ada = TestClient.connect(server.port(), server.token("ada"));
                TestClient eve = TestClient.connect(server.port(), server.token("eve"))) {
            for (TestClient client : List.of(ada, eve)) {
                String session = client.create();
                client.attachLive(session);
                client.awaitEnd(session, client.send(session, "/echo hello").getString("run"));
                if (client == ada) {
                    await().atMost(Patience.LIMIT)
                            .until(() -> report(server, "ada", "user", "").size() == 1);
                    server.call("DELETE", "/api/v1/sessions/" + session, server.token("ada"), null);
                }
            }

            await().atMost(Patience.LIMIT)
                    .until(() -> report(server, "root", "user", "").size() == 2);
            assertThat(keys(report(server, "root", "user", ""))).containsExactlyInAnyOrder("ada", "eve");
            assertThat(keys(report(server, "root", "user", "&user=eve"))).containsExactly("eve");
            assertThat(keys(report(server, "ada", "user", ""))).containsExactly("ada");
            assertThat(keys(report(server, "root", "model", ""))).containsExactly("demo/demo");
            assertThat(keys(report(server, "root", "day", ""))).hasSize(1);
            assertThat(keys(report(server, "root", "day", "&to=2020-01-01"))).isEmpty();
            assertThat(server.call("GET", "/api/v1/usage?user=eve", server.token("ada"), null)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(server.call("GET", "/api/v1/usage?from=yesterday", server.token("ada"), null)
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void a_run_ends_before_the_call_that_its_budget_does_not_allow() {
        try (TestServer server = TestServer.start(TestDatabase.fresh(), with("budgets.runTokens", "1"));
                TestClient ada = TestClient.connect(server.port(), server.token("ada"))) {
            String session = ada.create();
            ada.attachLive(session);

            JsonObject end = TestClient.event(
                    ada.awaitEnd(session, ada.send(session, "/steps 5").getString("run")));

            assertThat(end.getString("code")).isEqualTo("budget_exceeded");
            assertThat(tokens(end)).as("the first call was allowed").isPositive();
            JsonObject next =
                    ada.awaitEnd(session, ada.send(session, "/echo on").getString("run"));
            assertThat(TestClient.type(next))
                    .as("the next run has a budget of its own")
                    .isEqualTo("RUN_FINISHED");
        }
    }

    @Test
    void a_user_who_has_spent_the_budget_of_the_day_is_refused_until_it_is_raised() {
        try (TestServer server = TestServer.start(TestDatabase.fresh(), with("budgets.userDayTokens", "1"));
                TestClient ada = TestClient.connect(server.port(), server.token("ada"));
                TestClient eve = TestClient.connect(server.port(), server.token("eve"))) {
            String first = ada.create();
            ada.attachLive(first);
            ada.awaitEnd(first, ada.send(first, "/echo hello").getString("run"));
            server.call("DELETE", "/api/v1/sessions/" + first, server.token("ada"), null);

            String session = ada.create();
            ada.attachLive(session);
            assertThat(ask(ada, session).getString("code"))
                    .as("the next message, although the chat was deleted")
                    .isEqualTo("budget_exceeded");
            String other = eve.create();
            assertThat(ask(eve, other).containsKey("run")).isTrue();

            String admin = server.token("root", "admin");
            String raised = "{\"values\":{\"budgets.userDayTokens\":1000000}}";
            assertThat(server.call("PATCH", "/api/v1/settings", admin, raised).statusCode())
                    .isEqualTo(200);
            JsonObject accepted = ask(ada, session);
            assertThat(TestClient.type(ada.awaitEnd(session, accepted.getString("run"))))
                    .isEqualTo("RUN_FINISHED");
        }
    }

    @Test
    void a_day_that_is_spent_in_the_middle_of_a_run_ends_it_before_its_next_call() {
        try (TestServer server = TestServer.start(TestDatabase.fresh(), with("budgets.userDayTokens", "1"));
                TestClient ada = TestClient.connect(server.port(), server.token("ada"))) {
            String session = ada.create();
            ada.attachLive(session);

            JsonObject end = ada.awaitEnd(session, ada.send(session, "/steps 5").getString("run"));

            assertThat(TestClient.type(end)).isEqualTo("RUN_ERROR");
            assertThat(TestClient.event(end).getString("code")).isEqualTo("budget_exceeded");
            assertThat(tokens(TestClient.event(end)))
                    .as("the first call was allowed")
                    .isPositive();
            assertThat(ask(ada, session).getString("code")).isEqualTo("budget_exceeded");
        }
    }

    @Test
    void every_way_to_ask_is_refused_when_the_day_is_spent() {
        try (TestServer server = TestServer.start(TestDatabase.fresh(), with("budgets.userDayTokens", "1"));
                TestClient ada = TestClient.connect(server.port(), server.token("ada"))) {
            String session = ada.create();
            ada.attachLive(session);
            ada.awaitEnd(session, ada.send(session, "/echo hello").getString("run"));

            assertThat(ada.ask("regenerate", new JsonObject().put("session", session))
                            .getString("code"))
                    .isEqualTo("budget_exceeded");
            HttpResponse<String> rest = server.call(
                    "POST",
                    "/api/v1/sessions/" + session + "/messages",
                    server.token("ada"),
                    "{\"text\":\"/echo again\"}");
            assertThat(rest.statusCode()).isEqualTo(429);
            assertThat(new JsonObject(rest.body()).getString("code")).isEqualTo("budget_exceeded");
            HttpResponse<String> completion = server.call(
                    "POST",
                    "/v1/chat/completions",
                    server.token("ada"),
                    "{\"model\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"/echo again\"}]}");
            assertThat(completion.statusCode()).isEqualTo(429);
            assertThat(new JsonObject(completion.body()).getJsonObject("error").getString("type"))
                    .isEqualTo("insufficient_quota");
        }
    }

    @Test
    void a_spent_day_stays_spent_after_a_restart_and_when_the_budget_becomes_smaller() {
        var database = TestDatabase.fresh();
        try (TestServer server = TestServer.start(database, SETTINGS);
                TestClient ada = TestClient.connect(server.port(), server.token("ada"))) {
            String session = ada.create();
            ada.attachLive(session);
            ada.awaitEnd(session, ada.send(session, "/echo hello").getString("run"));

            String smaller = "{\"values\":{\"budgets.userDayTokens\":1}}";
            server.call("PATCH", "/api/v1/settings", server.token("root", "admin"), smaller);

            String other = ada.create();
            await().atMost(Patience.LIMIT)
                    .until(() -> "budget_exceeded".equals(ask(ada, other).getString("code")));
        }
        try (TestServer server = TestServer.start(database, SETTINGS);
                TestClient ada = TestClient.connect(server.port(), server.token("ada"))) {
            assertThat(ask(ada, ada.create()).getString("code")).isEqualTo("budget_exceeded");
        }
    }

    @Test
    void a_users_erasure_leaves_what_was_used_without_the_name() {
        var database = TestDatabase.fresh();
        try (TestServer server = TestServer.start(database, SETTINGS);
                TestClient ada = TestClient.connect(server.port(), server.token("ada"))) {
            String session = ada.create();
            ada.attachLive(session);
            ada.awaitEnd(session, ada.send(session, "/echo hello").getString("run"));
            await().atMost(Patience.LIMIT)
                    .until(() -> report(server, "ada", "user", "").size() == 1);
            String admin = server.token("root", "admin");

            server.call("DELETE", "/api/v1/users/ada/data", admin, null);
            server.call("POST", "/api/v1/jobs/user-erasure/run", admin, "{}");

            await().atMost(Patience.LIMIT)
                    .until(() -> !keys(report(server, "root", "user", "")).contains("ada"));
            assertThat(report(server, "root", "user", "")).hasSize(1);
        }
    }

    private static JsonObject ask(TestClient client, String session) {
        return client.ask("send", new JsonObject().put("session", session).put("text", "/echo again"));
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> all = new HashMap<>(SETTINGS);
        all.put(key, value);
        return all;
    }

    private static long tokens(JsonObject end) {
        return end.getJsonArray("usage").stream()
                .map(JsonObject.class::cast)
                .mapToLong(one -> one.getLong("totalTokens"))
                .sum();
    }

    private static int largest(JsonObject... ends) {
        return Stream.of(ends)
                .mapToInt(end -> end.getJsonObject("contextUse").getInteger("usedTokens"))
                .max()
                .orElseThrow();
    }

    private static long sum(JsonArray rows, String field) {
        return rows.stream().mapToLong(row -> ((JsonObject) row).getLong(field)).sum();
    }

    private static JsonArray session(TestServer server, String session) {
        return report(server, session).getJsonArray("rows");
    }

    private static JsonObject report(TestServer server, String session) {
        return new JsonObject(server.call("GET", "/api/v1/sessions/" + session + "/usage", server.token("ada"), null)
                .body());
    }

    private static Set<String> runs(TestServer server, String session) {
        return session(server, session).stream()
                .map(row -> ((JsonObject) row).getString("run"))
                .collect(Collectors.toSet());
    }

    private static JsonArray report(TestServer server, String user, String group, String more) {
        String token = user.equals("root") ? server.token("root", "admin") : server.token(user);
        return new JsonObject(server.call("GET", "/api/v1/usage?group=" + group + more, token, null)
                        .body())
                .getJsonArray("rows");
    }

    private static List<String> keys(JsonArray rows) {
        return IntStream.range(0, rows.size())
                .mapToObj(i -> rows.getJsonObject(i).getString("key"))
                .toList();
    }
}
