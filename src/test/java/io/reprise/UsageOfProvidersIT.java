package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.model.provider.FakeAnswer.Finish;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.Wire;
import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What calls of a provider cost, and what is counted beside answers. */
@Timeout(300)
class UsageOfProvidersIT {
    @Test
    void a_call_costs_what_the_prices_of_its_model_say() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                TestServer server = server(provider, Map.of());
                TestClient ada = server.client("ada")) {
            String admin = server.token("root", "admin");
            String body = """
                    {"name":"priced","settings":{"provider":"default","name":"small-1","default":true,
                     "prices":{"input":10000,"output":20000}}}""";
            assertThat(server.call("POST", "/api/v1/models", admin, body).statusCode())
                    .isEqualTo(201);
            String session = ada.create();
            ada.attachLive(session);

            String run = ada.send(session, "hello").getString("run");
            provider.take().answer().text("Hi.").finish(Finish.STOP, 10, 5);

            JsonObject told = TestClient.event(ada.awaitEnd(session, run))
                    .getJsonArray("usage")
                    .getJsonObject(0);
            assertThat(told.getDouble("cost")).isEqualTo(0.2);
            await().atMost(Patience.LIMIT)
                    .until(() -> rows(server, admin, "model").size() == 1);
            JsonObject row = rows(server, admin, "model").getJsonObject(0);
            assertThat(row.getDouble("cost")).isEqualTo(0.2);
            assertThat(row.getLong("unpricedCalls")).isZero();
            JsonObject whole = new JsonObject(
                    server.call("GET", "/api/v1/sessions/" + session + "/usage", server.token("ada"), null)
                            .body());
            assertThat(whole.getJsonObject("total").getDouble("cost")).isEqualTo(0.2);
        }
    }

    @Test
    void titles_and_summaries_are_counted_each_by_itself() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                TestServer server = server(provider, Map.of("sessions.titles", "model"));
                TestClient ada = server.client("ada")) {
            provider.answering(answer -> answer.text("Well.").finish(Finish.STOP, 10, 5));
            String session = ada.create();
            ada.attachLive(session);
            for (String text : List.of("hello", "and", "more")) {
                ada.awaitEnd(session, ada.send(session, text).getString("run"));
            }

            String compact = server.call("POST", "/api/v1/sessions/" + session + "/compact", server.token("ada"), "{}")
                    .body();
            JsonObject end = ada.awaitEnd(session, new JsonObject(compact).getString("run"));
            assertThat(TestClient.type(end)).as(end.encode()).isEqualTo("RUN_FINISHED");

            String admin = server.token("root", "admin");
            await().atMost(Patience.LIMIT)
                    .until(() ->
                            keys(rows(server, admin, "purpose")).containsAll(List.of("answer", "title", "summary")));
            assertThat(rows(server, admin, "purpose").stream().map(row -> ((JsonObject) row).getString("title")))
                    .contains("Answers", "Titles of chats", "Summaries");
        }
    }

    @Test
    void a_run_that_reaches_its_limit_of_steps_tells_what_it_used() {
        Map<String, String> settings = Map.of("usage.flushMs", "10", "run.stepsMax", "5");
        try (TestServer server = TestServer.start(TestDatabase.fresh(), settings);
                TestClient ada = server.client("ada")) {
            String session = ada.create();
            ada.attachLive(session);

            String run = ada.send(session, "/steps 50").getString("run");

            JsonObject end = TestClient.event(ada.awaitEnd(session, run));
            assertThat(end.getString("code")).isEqualTo("step_limit");
            JsonObject told = end.getJsonArray("usage").getJsonObject(0);
            await().atMost(Patience.LIMIT).until(() -> calls(server, session) == 5);
            assertThat(told.getLong("totalTokens")).isPositive();
        }
    }

    private static long calls(TestServer server, String session) {
        String report = server.call("GET", "/api/v1/sessions/" + session + "/usage", server.token("ada"), null)
                .body();
        return new JsonObject(report).getJsonObject("total").getLong("calls");
    }

    private static TestServer server(FakeProvider provider, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put("usage.flushMs", "10");
        return TestServer.start(TestDatabase.fresh(), provider.wire.settings(provider.url(), settings));
    }

    private static JsonArray rows(TestServer server, String token, String group) {
        return new JsonObject(server.call("GET", "/api/v1/usage?group=" + group, token, null)
                        .body())
                .getJsonArray("rows");
    }

    private static List<String> keys(JsonArray rows) {
        return IntStream.range(0, rows.size())
                .mapToObj(i -> rows.getJsonObject(i).getString("key"))
                .toList();
    }
}
