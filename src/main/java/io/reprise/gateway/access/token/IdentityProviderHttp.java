package io.reprise.gateway.access.token;

import io.reprise.support.QuietConnections;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/** Requests to an identity provider. Follows no redirects, and bounds time, size and number. For one event loop. */
public final class IdentityProviderHttp {
    private static final int BYTES_MAX = 262_144;

    private final HttpClient http;
    private final int timeoutMs;
    private final int atOnceMax;
    private int underWay;

    /**
     * @param timeoutMs longest time of a request
     * @param atOnceMax requests under way; further ones fail
     */
    public IdentityProviderHttp(Vertx vertx, int timeoutMs, int atOnceMax) {
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout(timeoutMs)
                .setIdleTimeout(timeoutMs)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAlive(false);
        this.http = vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(atOnceMax))
                .withConnectHandler(QuietConnections::quieten)
                .build();
        this.timeoutMs = timeoutMs;
        this.atOnceMax = atOnceMax;
    }

    /** What the provider said. */
    public record Answer(int status, String body) {}

    /** Fails if there is no answer in time, or one that is too large. */
    public Future<Answer> get(URI url, String accepted) {
        return send(options(url, HttpMethod.GET, accepted), Buffer.buffer());
    }

    /**
     * Posts a form.
     *
     * @param authorization of the client, or null
     */
    public Future<Answer> post(URI url, String form, String authorization) {
        RequestOptions options = options(url, HttpMethod.POST, "application/json")
                .putHeader("Content-Type", "application/x-www-form-urlencoded");
        if (authorization != null) options.putHeader("Authorization", authorization);
        return send(options, Buffer.buffer(form));
    }

    private static RequestOptions options(URI url, HttpMethod method, String accepted) {
        return new RequestOptions()
                .setMethod(method)
                .setAbsoluteURI(url.toString())
                .setFollowRedirects(false)
                .putHeader("Accept", accepted);
    }

    private Future<Answer> send(RequestOptions options, Buffer body) {
        if (underWay >= atOnceMax) return Future.failedFuture(new IOException("too many requests are under way"));
        underWay++;
        return http.request(options)
                .compose(request -> request.send(body)
                        .compose(IdentityProviderHttp::answer)
                        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
                        .onFailure(cause -> request.reset()))
                .onComplete(done -> underWay--);
    }

    private static Future<Answer> answer(HttpClientResponse response) {
        Promise<Answer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.handler(part -> {
            if (body.length() + part.length() <= BYTES_MAX) body.appendBuffer(part);
            else whole.tryFail(new IOException("its answer exceeds " + BYTES_MAX + " bytes"));
        });
        response.endHandler(end -> whole.tryComplete(new Answer(response.statusCode(), body.toString())));
        return whole.future();
    }
}
