package io.reprise.gateway.access.token;

import io.reprise.config.key.PublicKeys;
import io.reprise.config.key.TokenKey;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Fetches a JSON Web Key Set. Follows no redirects, and bounds time and size. */
final class JwksClient {
    private static final int BYTES_MAX = 262_144;

    private final HttpClient http;
    private final URI url;
    private final int timeoutMs;

    JwksClient(Vertx vertx, URI url, int timeoutMs) {
        this.http = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout(timeoutMs)
                .setIdleTimeout(timeoutMs)
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeepAlive(false));
        this.url = url;
        this.timeoutMs = timeoutMs;
    }

    Future<List<TokenKey>> fetch() {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(url.toString())
                .setFollowRedirects(false)
                .putHeader("Accept", "application/jwk-set+json, application/json");
        return http.request(options)
                .compose(request -> request.send()
                        .compose(JwksClient::body)
                        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
                        .onFailure(cause -> request.reset()))
                .map(body -> PublicKeys.ofKeySet(body.toString()));
    }

    private static Future<Buffer> body(HttpClientResponse response) {
        Promise<Buffer> whole = Promise.promise();
        response.exceptionHandler(whole::tryFail);
        if (response.statusCode() != 200) {
            return Future.failedFuture(new IOException("HTTP status " + response.statusCode()));
        }
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            if (body.length() + part.length() <= BYTES_MAX) body.appendBuffer(part);
            else whole.tryFail(new IOException("its answer exceeds " + BYTES_MAX + " bytes"));
        });
        response.endHandler(end -> whole.tryComplete(body));
        return whole.future();
    }
}
