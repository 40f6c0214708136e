package io.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.CutProxy;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server behind a proxy, and the steps of the scenarios that every client of this project passes. */
abstract class ClientBench {
    TestServer server;
    CutProxy proxy;
    String token;

    /** @param tokens what the client signs in with: the first one, then the next one each time it renews it */
    abstract ClientDriver client(String url, List<String> tokens);

    @BeforeEach
    void startServer() {
        server = TestServer.start(settings());
        proxy = CutProxy.before(server.port());
        token = server.token("ada");
    }

    @AfterEach
    void stopServer() {
        proxy.close();
        server.close();
    }

    Map<String, String> settings() {
        return Map.of();
    }

    static JsonObject result(CompletableFuture<JsonObject> answer) {
        return answer.orTimeout(TestServer.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    ClientDriver started() {
        return started(List.of(token));
    }

    ClientDriver started(List<String> tokens) {
        ClientDriver client = client("ws://127.0.0.1:" + proxy.port() + "/ws", tokens);
        client.start();
        return client;
    }

    /** A new session, read from its beginning. */
    static String attachedSession(ClientDriver client) {
        JsonObject created = client.ask("create", new JsonObject());
        client.attach(created.getString("session"), cursor(created.getString("epoch"), 0));
        client.awaitLive(1);
        return created.getString("session");
    }

    static JsonObject send(ClientDriver client, String session, String text) {
        JsonObject sent = client.ask("send", text(session, text));
        assertThat(sent.getString("run")).as("%s", sent).isNotNull();
        return sent;
    }

    static JsonObject text(String session, String text) {
        return new JsonObject().put("session", session).put("text", text);
    }

    static JsonObject cursor(String epoch, long seq) {
        return new JsonObject().put("epoch", epoch).put("seq", seq);
    }
}
