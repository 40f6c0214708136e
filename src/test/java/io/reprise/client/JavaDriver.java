package io.reprise.client;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** The Java client in this process. */
final class JavaDriver extends ClientDriver {
    private final Vertx vertx = Vertx.vertx();
    private final RepriseClient client;

    JavaDriver(String url, Token.Source token) {
        ClientOptions options =
                new ClientOptions(url).token(token).backoff(new ClientOptions.Backoff(50, 200, 200, 5_000));
        client = RepriseClient.create(vertx, options, new ClientListener() {
            @Override
            public void state(ConnectionState state) {
                String name = state.getClass().getSimpleName().toLowerCase(Locale.ROOT);
                tell(new JsonObject().put("what", "state").put("state", name));
            }

            @Override
            public void goaway(JsonObject frame) {
                tellFrame("goaway", frame);
            }
        });
    }

    @Override
    void start() {
        client.start();
    }

    @Override
    void attach(String session, JsonObject cursor) {
        Cursor from = cursor == null ? null : new Cursor(cursor.getString("epoch"), cursor.getLong("seq"));
        client.attach(session, from, new SessionListener() {
            @Override
            public void attached(JsonObject verdict) {
                tellFrame("attached", verdict);
            }

            @Override
            public void snapshot(JsonObject snapshot) {
                tellFrame("snapshot", snapshot);
            }

            @Override
            public void event(JsonObject frame) {
                tellFrame("event", frame);
            }

            @Override
            public void live(long seq) {
                tellFrame("live", new JsonObject().put("seq", seq));
            }

            @Override
            public void failed(CommandException error) {
                tell(new JsonObject().put("what", "failed").put("code", error.code()));
            }
        });
    }

    @Override
    CompletableFuture<JsonObject> command(String type, JsonObject fields) {
        return client.command(type, fields)
                .otherwise(failure -> new JsonObject().put("code", ((CommandException) failure).code()))
                .toCompletionStage()
                .toCompletableFuture();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void tellFrame(String what, JsonObject frame) {
        tell(new JsonObject().put("what", what).put("frame", frame));
    }
}
