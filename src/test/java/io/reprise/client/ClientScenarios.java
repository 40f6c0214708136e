package io.reprise.client;

import static io.reprise.testing.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What every client of this project does when a real server is cut off, stopped or killed. One subclass for each client. */
abstract class ClientScenarios extends ClientBench {
    @Test
    void a_stream_over_many_cuts_is_read_without_a_gap_or_a_repetition() {
        try (ClientDriver client = started()) {
            String session = attachedSession(client);
            String run = send(client, session, "/stream 100000 200").getString("run");
            for (int cut = 1; cut <= 5; cut++) {
                int seen = client.frames("event").size();
                client.await("more events", its -> its.frames("event").size() > seen + 2);
                proxy.cut();
                client.awaitLive(cut + 1);
            }
            client.ask("stop", new JsonObject().put("session", session));
            client.awaitEnd(run);

            client.assertExact();
            assertThat(client.text()).contains("w20 ");
            assertThat(words(100_000)).startsWith(client.text());
            assertThat(client.frames("attached"))
                    .hasSizeGreaterThanOrEqualTo(6)
                    .allSatisfy(verdict -> assertThat(verdict.getString("mode")).isEqualTo("replay"));
        }
    }

    @Test
    void a_command_whose_answer_was_lost_is_carried_out_once() {
        try (ClientDriver client = started()) {
            String session = attachedSession(client);
            proxy.loseAnswers();
            CompletableFuture<JsonObject> sent = client.command("send", text(session, "/echo once"));
            Awaitility.await()
                    .atMost(TestServer.PATIENCE)
                    .until(() -> server.messages(token, session, 10).size() == 2);
            proxy.heal();

            assertThat(result(sent).getBoolean("duplicate")).isTrue();
            assertThat(server.messages(token, session, 10)).hasSize(2);
        }
    }

    @Test
    void a_command_that_is_given_without_a_server_is_carried_out_when_there_is_one() {
        proxy.follow(0);
        try (ClientDriver client = started()) {
            CompletableFuture<JsonObject> created = client.command("create", new JsonObject());
            client.await("a failed attempt", its -> its.told("state").toString().contains("waiting"));
            proxy.follow(server.port());

            assertThat(result(created).getString("session")).isNotNull();
        }
    }

    @Test
    void the_verdicts_are_followed() {
        try (ClientDriver client = started()) {
            String session = attachedSession(client);
            String epoch = client.frames("attached").getFirst().getString("epoch");
            client.awaitEnd(send(client, session, "/echo one").getString("run"));
            long head = client.frames("event").getLast().getLong("seq");

            client.attach(session, null);
            client.awaitLive(2);
            client.attach(session, cursor(epoch, head + 1_000));
            client.awaitLive(3);
            client.attach(session, cursor("another", 3));
            client.awaitLive(4);
            client.attach(session, cursor(epoch, head - 1));
            client.awaitLive(5);

            assertThat(client.frames("attached"))
                    .extracting(verdict -> verdict.getString("mode") + " " + verdict.getString("reason"))
                    .containsExactly("replay null", "snapshot null", "reset ahead", "reset epoch", "replay null");
            assertThat(client.frames("snapshot")).hasSize(3).allSatisfy(snapshot -> {
                assertThat(snapshot.getJsonArray("messages")).hasSize(2);
                assertThat(snapshot.getLong("seq")).isEqualTo(head);
            });
            assertThat(client.frames("event").getLast().getLong("seq")).isEqualTo(head);
        }
    }

    /** The epoch changes under the reader. */
    @Test
    void a_cleared_session_is_read_afresh() {
        try (ClientDriver client = started()) {
            String session = attachedSession(client);
            client.awaitEnd(send(client, session, "/echo one").getString("run"));

            server.call("POST", "/api/v1/sessions/" + session + "/clear", token, null);
            client.awaitLive(2);
            client.awaitEnd(send(client, session, "/echo two").getString("run"));

            assertThat(client.frames("attached").getLast().getString("mode")).isEqualTo("reset");
            assertThat(client.frames("snapshot").getLast().getJsonArray("messages"))
                    .isEmpty();
            assertThat(client.text()).isEqualTo("onetwo");
        }
    }

    @Test
    void refusals_are_answers() {
        try (ClientDriver client = started()) {
            String session = attachedSession(client);
            String id = UUID.randomUUID().toString();
            client.ask("send", text(session, "/echo one").put("id", id));

            assertThat(client.ask("send", text(session, "/echo other").put("id", id))
                            .getString("code"))
                    .isEqualTo("conflict");
            assertThat(client.ask("send", text("unknown", "hello")).getString("code"))
                    .isEqualTo("not_found");
            assertThat(client.ask("send", text(session, "x".repeat(2_000_000))).getString("code"))
                    .isEqualTo("too_large");
            client.attach("unknown", null);
            client.await("a refusal", its -> !its.told("failed").isEmpty());
            assertThat(client.told("failed").getFirst().getString("code")).isEqualTo("not_found");
        }
    }

    @Test
    void a_stop_ends_the_run() {
        try (ClientDriver client = started()) {
            String session = attachedSession(client);
            String run = send(client, session, "/hang").getString("run");

            JsonObject stopped = client.ask("stop", new JsonObject().put("session", session));

            assertThat(stopped.getJsonArray("stopped")).isEqualTo(JsonArray.of(run));
            assertThat(client.awaitEnd(run).getJsonObject("outcome").getString("type"))
                    .isEqualTo("cancelled");
        }
    }

    @Test
    void after_a_shutdown_the_client_goes_on_with_the_next_server() {
        try (ClientDriver client = started()) {
            String session = attachedSession(client);
            String run = send(client, session, "/stream 300 200").getString("run");
            client.await("a beginning", its -> its.text().contains("w10 "));

            proxy.follow(0);
            server.stop();
            try (TestServer next = TestServer.start(server.database(), Map.of())) {
                proxy.follow(next.port());
                client.awaitEnd(run);

                client.assertExact();
                assertThat(client.frames("goaway")).isNotEmpty();
                assertThat(client.frames("attached").getLast().getString("mode"))
                        .isEqualTo("replay");
            }
        }
    }

    @Test
    void after_a_kill_the_client_shows_what_the_next_server_knows() {
        Map<String, String> settings =
                Map.of("database.url", TestDatabase.fresh().reveal());
        ServerProcess first = ServerProcess.start(settings);
        try {
            proxy.follow(first.port());
            token = first.token("ada");
            try (ClientDriver client = started()) {
                String session = attachedSession(client);
                client.awaitEnd(send(client, session, "/echo before").getString("run"));
                proxy.follow(0);
                first.kill();
                CompletableFuture<JsonObject> meanwhile = client.command("send", text(session, "/echo after"));
                try (ServerProcess next = ServerProcess.start(settings)) {
                    proxy.follow(next.port());
                    String run = result(meanwhile).getString("run");
                    client.awaitEnd(run);

                    client.assertExact();
                    assertThat(client.text()).isEqualTo("beforeafter");
                }
            }
        } finally {
            first.kill();
        }
    }
}
