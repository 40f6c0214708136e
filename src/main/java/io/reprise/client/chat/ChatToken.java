package io.reprise.client.chat;

import io.reprise.client.CommandException;
import io.reprise.client.Token;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The token that was given, else one of the development mode, which only servers on this machine issue. */
final class ChatToken implements Token.Source {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ChatOptions options;
    private final HttpClient http;

    ChatToken(ChatOptions options) {
        this.options = options;
        this.http = options.token() == null
                ? HttpClient.newBuilder().connectTimeout(LIMIT).build()
                : null;
    }

    @Override
    public Future<Token> get(boolean renew) {
        if (options.token() != null) return Future.succeededFuture(Token.of(options.token()));
        if (!options.isLoopback())
            return refused("set REPRISE_TOKEN: only servers on this machine issue tokens by themselves");
        HttpRequest request = HttpRequest.newBuilder(URI.create(options.url() + "/api/v1/dev/token"))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"user\":\"ada\"}"))
                .build();
        return Future.fromCompletionStage(
                        http.sendAsync(request, HttpResponse.BodyHandlers.ofString()), Vertx.currentContext())
                .compose(response -> response.statusCode() == 200
                        ? Future.succeededFuture(Token.of(new JsonObject(response.body()).getString("token")))
                        : response.statusCode() >= 500
                                ? Future.failedFuture("no token: " + response.statusCode())
                                : refused("set REPRISE_TOKEN: the server issues no tokens by itself ("
                                        + response.statusCode() + ")"));
    }

    private static Future<Token> refused(String why) {
        return Future.failedFuture(new CommandException("unauthorized", why, false, null));
    }
}
