package io.reprise.model.http;

import io.reprise.config.ModelSettings;
import io.reprise.support.StopSignal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.util.concurrent.TimeUnit;

/** The HTTP client for all model providers; one per node. */
public final class ProviderHttp {
    /** Less than what providers and their proxies keep an idle connection for, so that they are not the first to end it. */
    private static final int KEEP_ALIVE_S = 20;

    /** Later than the limit for a connection, so that a handshake that takes too long is no handshake that failed. */
    private static final int HANDSHAKE_MS_MORE = 1_000;

    private final HttpClient client;
    private final Limits limits;

    /**
     * @param connectMs until there is a connection, also while all are in use
     * @param bytesMax of one response
     */
    record Limits(int connectMs, int bytesMax) {}

    public ProviderHttp(Vertx vertx, ModelSettings settings) {
        limits = new Limits(settings.connectMs(), settings.responseBytesMax());
        client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(settings.connectMs())
                        .setKeepAliveTimeout(KEEP_ALIVE_S)
                        .setSslHandshakeTimeout(settings.connectMs() + HANDSHAKE_MS_MORE)
                        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setVerifyHost(true),
                new PoolOptions()
                        .setHttp1MaxSize(settings.connectionsMax())
                        .setMaxWaitQueueSize(settings.connectionsMax()));
    }

    /** A call that is about to be made; {@code stop} ends it at any time. Close it when its answer has been read. */
    public Exchange exchange(StopSignal stop) {
        return new Exchange(client, limits, stop);
    }

    /** Ends every connection. */
    public Future<Void> close() {
        return client.close();
    }
}
