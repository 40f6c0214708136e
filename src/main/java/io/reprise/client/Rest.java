package io.reprise.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What exists only over REST, beside the socket. Runs on the client's context. */
final class Rest {
    private static final Set<String> RETRIED = Set.of("unavailable", "timeout", "too_many_requests");
    private static final int NAME_CHARS_MAX = 255;

    private final HttpClient http;
    private final Link link;
    private final NodeUrls urls;
    private boolean closed = true;

    Rest(HttpClient http, Link link, NodeUrls urls) {
        this.http = http;
        this.link = link;
        this.urls = urls;
    }

    private record Call(String path, Map<String, String> headers, Buffer body, String id, long endsAtMs) {}

    private record Answer(int status, JsonObject said) {}

    void start() {
        closed = false;
    }

    /** What has no answer yet fails with {@code unavailable} instead of being tried again. */
    void stop() {
        closed = true;
    }

    /** Is sent with the same key until it is answered. */
    Future<JsonObject> fork(String session, JsonObject fields) {
        JsonObject body = fields.copy();
        Object given = body.remove("id");
        String id = given == null ? UUID.randomUUID().toString() : given.toString();
        Map<String, String> headers = Map.of("content-type", "application/json", "idempotency-key", id);
        long endsAtMs = link.timing().elapsedMs() + link.options().answers.ageMs();
        Promise<JsonObject> forked = Promise.promise();
        attempt(new Call(path(session, "/fork"), headers, body.toBuffer(), id, endsAtMs), 0, false, forked);
        return forked.future();
    }

    private void attempt(Call call, int attempt, boolean renew, Promise<JsonObject> done) {
        if (closed) {
            done.fail(new CommandException("unavailable", "The connection is closed.", true, call.id()));
            return;
        }
        exchange(call, renew).onComplete(answered -> {
            Answer answer = answered.succeeded() ? answered.result() : lost(answered.cause());
            if (answer.status() / 100 == 2) {
                done.complete(answer.said());
                return;
            }
            JsonObject problem = problem(answer).put("id", call.id());
            boolean isStale = answer.status() == 401 && !renew;
            boolean mayHelp = problem.getBoolean("retryable", false) && RETRIED.contains(problem.getString("code"));
            long delayMs = isStale ? 0 : Math.max(problem.getLong("afterMs", 0L), link.backoffMs(attempt));
            if (!isStale && !mayHelp || link.timing().elapsedMs() + delayMs >= call.endsAtMs()) {
                done.fail(CommandException.of(problem));
            } else if (delayMs == 0) {
                attempt(call, attempt + 1, isStale, done);
            } else {
                link.timing().after(delayMs, () -> attempt(call, attempt + 1, isStale, done));
            }
        });
    }

    /** Is tried once; the token is renewed if it was refused. */
    Future<JsonObject> upload(String session, String name, String mediaType, Buffer content) {
        String its = name.length() > NAME_CHARS_MAX ? name.substring(name.length() - NAME_CHARS_MAX) : name;
        String path = path(session, "/attachments?name=" + encoded(its));
        Call call = new Call(path, Map.of("content-type", mediaType), content, null, 0);
        return exchange(call, false)
                .compose(answer -> answer.status() == 401 ? exchange(call, true) : Future.succeededFuture(answer))
                .otherwise(Rest::lost)
                .compose(answer -> answer.status() == 201
                        ? Future.succeededFuture(part(answer.said()))
                        : Future.failedFuture(CommandException.of(problem(answer))));
    }

    private static JsonObject part(JsonObject stored) {
        String mediaType = stored.getString("type");
        return stored.copy().put("mediaType", mediaType).put("type", mediaType.startsWith("image/") ? "image" : "file");
    }

    private Future<Answer> exchange(Call call, boolean renew) {
        RequestOptions options = Addresses.request(urls.current(), call.path())
                .setMethod(HttpMethod.POST)
                .setTimeout(link.options().answers.againMs());
        call.headers().forEach(options::putHeader);
        return link.options()
                .token
                .get(renew)
                .compose(token -> {
                    if (token.text() != null) options.putHeader("authorization", "Bearer " + token.text());
                    return http.request(options);
                })
                .compose(request -> {
                    // On the event loop of the connection, before any part of the body can arrive.
                    Future<Answer> answer = request.response()
                            .compose(response ->
                                    response.body().map(body -> new Answer(response.statusCode(), parsed(body))));
                    request.send(call.body());
                    return answer;
                });
    }

    private static JsonObject parsed(Buffer body) {
        try {
            return body.toJsonObject();
        } catch (DecodeException | ClassCastException e) {
            return new JsonObject();
        }
    }

    private static Answer lost(Throwable cause) {
        if (cause instanceof CommandException refused && !refused.retryable()) {
            return new Answer(0, new JsonObject().put("code", refused.code()).put("message", refused.getMessage()));
        }
        return new Answer(
                0,
                new JsonObject()
                        .put("code", "unavailable")
                        .put("message", "The connection was lost: " + cause.getMessage())
                        .put("retryable", true));
    }

    /** One that does not come from the server, for example from a proxy, may be temporary. */
    private static JsonObject problem(Answer answer) {
        if (answer.said().containsKey("code")) return answer.said();
        boolean retryable = answer.status() == 429 || answer.status() >= 500;
        return new JsonObject()
                .put("code", retryable ? "unavailable" : "internal")
                .put("message", "The server answered " + answer.status() + ".")
                .put("retryable", retryable);
    }

    private static String path(String session, String rest) {
        return "/api/v1/sessions/" + encoded(session) + rest;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
