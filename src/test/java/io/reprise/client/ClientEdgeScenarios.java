package io.reprise.client;

import static io.reprise.testing.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.OctetSequenceKey;
import io.reprise.testing.LogLines;
import io.reprise.testing.Signed;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs that are cut, clients that do not read, tokens that expire, and what goes over REST. One subclass for each client. */
abstract class ClientEdgeScenarios extends ClientBench {
    private static final String SECRET = "a secret that is long enough for HS256, surely";

    @TempDir
    private Path folder;

    /** With the smallest window of events that are kept one by one. */
    @Override
    Map<String, String> settings() {
        try {
            Path secret = Files.writeString(folder.resolve("secret"), SECRET);
            return Map.of(
                    "run.mergeMs", "0",
                    "run.mergeDeltasMax", "1",
                    "log.replayEvents", "100",
                    "log.memoryBytesMax", "0",
                    "auth.secret", "file:" + secret);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void behind_a_log_that_was_cut_the_client_begins_with_a_snapshot_and_goes_on() {
        try (ClientDriver client = started()) {
            String session = attachedSession(client);
            String epoch = client.frames("attached").getFirst().getString("epoch");
            client.awaitEnd(send(client, session, "/stream 150 0").getString("run"));
            client.awaitEnd(send(client, session, "/stream 150 0").getString("run"));
            int seen = client.frames("event").size();

            client.attach(session, cursor(epoch, 1));
            client.awaitLive(2);
            client.awaitEnd(send(client, session, "/echo behind it").getString("run"));

            JsonObject verdict = client.frames("attached").getLast();
            assertThat(verdict.getString("mode")).isEqualTo("snapshot");
            assertThat(verdict.getString("reason")).isEqualTo("trimmed");
            JsonObject snapshot = client.frames("snapshot").getLast();
            assertThat(snapshot.getJsonArray("messages")).hasSize(4);
            List<JsonObject> later =
                    client.frames("event").subList(seen, client.frames("event").size());
            assertThat(later.getFirst().getLong("seq")).isEqualTo(snapshot.getLong("seq") + 1);
            assertThat(client.text()).endsWith("behind it");
        }
    }

    @Test
    void a_client_to_which_nothing_gets_through_reads_the_rest_when_it_does() {
        Map<String, String> small =
                Map.of("server.outboxBytesMax", "16384", "server.sendBufferBytes", "16384", "server.stallMs", "1000");
        try (TestServer impatient = TestServer.start(small);
                LogLines sockets = LogLines.of("io.reprise.gateway.socket.Socket")) {
            proxy.follow(impatient.port());
            try (ClientDriver client = started(List.of(impatient.token("ada")))) {
                String session = attachedSession(client);
                String run = send(client, session, "/stream 150000 0").getString("run");
                proxy.holdAnswers();
                Awaitility.await("the server gives it up")
                        .atMost(TestServer.PATIENCE)
                        .until(() -> !sockets.with("code=\"4008\"").isEmpty());
                proxy.heal();
                client.awaitEnd(run);

                client.assertExact();
                assertThat(client.text()).isEqualTo(words(150_000));
                assertThat(client.frames("attached").getLast().getString("mode"))
                        .isEqualTo("replay");
            }
        }
    }

    @Test
    void a_token_that_has_expired_is_renewed_and_the_client_goes_on() {
        try (ClientDriver client = started(List.of(expired(), token))) {
            String session = attachedSession(client);
            client.awaitEnd(send(client, session, "/echo signed in").getString("run"));

            assertThat(client.text()).isEqualTo("signed in");
        }
    }

    /** It expires in a minute less some seconds: so long before its end clients ask for the next one. */
    @Test
    void a_token_is_renewed_before_its_end_and_the_conversation_goes_on_without_a_new_connection() {
        try (ClientDriver client = started(List.of(expiring(Instant.now().plusSeconds(50)), token))) {
            String session = attachedSession(client);
            client.await("the next token", its -> !its.told("renewed").isEmpty());
            client.awaitEnd(send(client, session, "/echo still here").getString("run"));

            client.assertExact();
            assertThat(client.text()).isEqualTo("still here");
            assertThat(client.told("live")).as("read once, over one connection").hasSize(1);
        }
    }

    @Test
    void a_fork_and_a_file_go_over_REST() {
        try (ClientDriver client = started()) {
            String session = attachedSession(client);
            JsonObject sent = send(client, session, "/echo one");
            client.awaitEnd(sent.getString("run"));

            JsonObject fork = result(client.fork(session, new JsonObject().put("message", sent.getString("message"))));
            JsonObject part = result(client.upload(session, "scores.csv", "text/csv", "ada,1\n"));
            JsonObject said = client.ask(
                    "send",
                    text(session, "/echo two")
                            .put(
                                    "parts",
                                    new JsonArray()
                                            .add(new JsonObject()
                                                    .put("type", part.getString("type"))
                                                    .put("attachment", part.getString("attachment")))));
            client.awaitEnd(said.getString("run"));

            assertThat(server.messages(token, fork.getString("session"), 10)).hasSize(1);
            assertThat(part.getString("name")).isEqualTo("scores.csv");
            JsonObject message = server.messages(token, session, 10).getJsonObject(2);
            assertThat(message.getJsonArray("content").getJsonObject(1).getString("name"))
                    .isEqualTo("scores.csv");
            assertThat(result(client.fork(session, new JsonObject().put("message", "unknown")))
                            .getString("code"))
                    .isEqualTo("not_found");
            assertThat(result(client.upload("unknown", "a.txt", "text/plain", "a"))
                            .getString("code"))
                    .isEqualTo("not_found");
        }
    }

    @Test
    void a_fork_whose_answer_was_lost_is_made_once() {
        try (ClientDriver client = started()) {
            String session = attachedSession(client);
            JsonObject sent = send(client, session, "/echo one");
            client.awaitEnd(sent.getString("run"));
            proxy.loseAnswers();
            CompletableFuture<JsonObject> forked =
                    client.fork(session, new JsonObject().put("message", sent.getString("message")));
            Awaitility.await()
                    .atMost(TestServer.PATIENCE)
                    .until(() -> sessions().size() == 2);
            proxy.heal();

            assertThat(result(forked).getString("session")).isNotNull();
            assertThat(sessions()).hasSize(2);
        }
    }

    private String expired() {
        return expiring(Instant.ofEpochSecond(1_000_000_000));
    }

    private String expiring(Instant end) {
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
        OctetSequenceKey key = new OctetSequenceKey.Builder(SECRET.getBytes(StandardCharsets.UTF_8)).build();
        return Signed.by(key, "HS256", new JsonObject(claims).put("exp", end.getEpochSecond()));
    }

    private JsonArray sessions() {
        return new JsonObject(
                        server.call("GET", "/api/v1/sessions", token, null).body())
                .getJsonArray("sessions");
    }
}
