package io.reprise.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The Java client in this process. */
final class JavaDriver extends ClientDriver {
    private final Vertx vertx = Vertx.vertx();
    private final RepriseClient client;

    /** @param tokens the first one, then the next one each time it renews it */
    JavaDriver(String url, List<String> tokens) {
        Iterator<String> others = tokens.subList(1, tokens.size()).iterator();
        String[] current = {tokens.getFirst()};
        Token.Source token = renew -> {
            if (renew) tell(new JsonObject().put("what", "renewed"));
            if (renew && others.hasNext()) current[0] = others.next();
            return Future.succeededFuture(new Token(current[0], endOf(current[0])));
        };
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

    private static long endOf(String token) {
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
        return TimeUnit.SECONDS.toMillis(new JsonObject(claims).getLong("exp"));
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
        return answer(client.command(type, fields));
    }

    @Override
    CompletableFuture<JsonObject> fork(String session, JsonObject fields) {
        return answer(client.fork(session, fields));
    }

    @Override
    CompletableFuture<JsonObject> upload(String session, String name, String mediaType, String content) {
        return answer(client.upload(session, name, mediaType, Buffer.buffer(content)));
    }

    private static CompletableFuture<JsonObject> answer(Future<JsonObject> answer) {
        return answer.otherwise(failure -> new JsonObject().put("code", ((CommandException) failure).code()))
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
